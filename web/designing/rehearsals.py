"""演练: the pages of rehearsals: their list, one of them, and going on with it."""

from __future__ import annotations

from web.designing import rehearsal_list, rehearsal_run, rehearsal_steps

__all__ = ["rehearsal_list", "rehearsal_run", "rehearsal_steps"]
