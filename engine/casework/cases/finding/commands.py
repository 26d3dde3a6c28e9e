"""What the operator may ask of the index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class RebuildSearch(Command):
    """Write one batch of the index anew: ``source`` names whose things, ``after`` is where the last batch ended."""

    action: ClassVar[str] = "search.rebuild"
    source: str
    after: str
    limit: int = 500
