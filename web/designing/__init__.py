"""流程设计: drafts, their files, their review, and what editors of files ask for."""

from __future__ import annotations

from web.designing import (
    adopting,
    answers,
    checkout,
    drafts,
    editing,
    itemfile,
    listing,
    preview,
    rehearsals,
    reviewing,
    scripted,
)
from web.designing.answers import blueprint

__all__ = [
    "adopting",
    "answers",
    "blueprint",
    "checkout",
    "drafts",
    "editing",
    "itemfile",
    "listing",
    "preview",
    "rehearsals",
    "reviewing",
    "scripted",
]
