"""流程设计: drafts, their files, their review, and what editors of files ask for."""

from __future__ import annotations

from web.designing import answers, drafts, editing, itemfile, listing, preview, rehearsals, reviewing, scripted
from web.designing.answers import blueprint

__all__ = ["answers", "blueprint", "drafts", "editing", "itemfile", "listing", "preview", "rehearsals", "reviewing",
           "scripted"]  # fmt: skip
