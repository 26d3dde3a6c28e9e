"""What may be asked about the centre's ladders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class DraftLadder(Command):
    """起草升级规则: all rules that a kind of clock is to have; a kind without rules reminds nobody."""

    action: ClassVar[str] = "ladder.draft"
    clock_kind: str
    rules: tuple[Mapping[str, Any], ...]
    """Rules as a file has them (``rule_no``, ``level``, ``when``, ``who``, ``actions``, ``card_party``, ``source``)."""
    reason: str


@dataclass(frozen=True, kw_only=True)
class DropLadderDraft(Command):
    """作废草案."""

    action: ClassVar[str] = "ladder.draft"
    draft_id: int


@dataclass(frozen=True, kw_only=True)
class ConfirmLadder(Command):
    """确认升级规则: another person than the drafter puts the draft in force."""

    action: ClassVar[str] = "ladder.confirm"
    draft_id: int


@dataclass(frozen=True, kw_only=True)
class NoteRearmed(Command):
    """The worker notes how far the clocks of a changed ladder have been looked at."""

    action: ClassVar[str] = "ladder.rearm"
    draft_id: int
    cursor: str
    done: bool


@dataclass(frozen=True, kw_only=True)
class RearmClocks(Command):
    """The worker lets the clocks of some roots be looked at by the ladder in force."""

    action: ClassVar[str] = "ladder.rearm"
    clock_kind: str
    root_ids: tuple[str, ...]

    def roots(self) -> tuple[str, ...]:
        """Lock every root: what belongs to a case is written under its lock."""
        return self.root_ids
