"""Everything a joint review lets a drawing name, and everything people may ask of it."""

from __future__ import annotations

from engine.casework.joint import branching, concluding, planning, running
from engine.process.clocks.rules import BRANCH

ACTS = (*planning.ACTS, *branching.ACTS, *concluding.ACTS)
SERVICES = running.SERVICES
end_with_case = running.end_with_case
ALARMS = {BRANCH: running.overdue}
"""Who listens to the limits of branches."""
MESSAGES = running.MESSAGES
KEYED = frozenset(running.MESSAGES)
"""Each finds its branch, or its case, by a business key."""
