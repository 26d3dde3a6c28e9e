"""Drawing a random sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class DrawSample(Command):
    """抽样: a sample was drawn from a list of any length before this unit; it is kept and journalled."""

    action: ClassVar[str] = "sample.draw"
    purpose: str
    question: Mapping[str, str]
    """What narrowed the list, as an address carries it."""
    seed: str
    size: int
    population: int
    digest: str
    """How many cases the list had, and the digest of their numbers (see ``sampling``)."""
    drawn: tuple[str, ...]
