"""What may be asked about the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class DraftCalendar(Command):
    """起草年度安排: a year's notice of days off, pasted or written in lines of 放假 and 上班."""

    action: ClassVar[str] = "calendar.draft"
    year: int
    text: str
    source: str
    """The number of the notice (国办发明电〔…〕…号)."""


@dataclass(frozen=True, kw_only=True)
class DraftClosure(Command):
    """起草停止办公: days on which the centre's windows are closed by an approval of its own (T038)."""

    action: ClassVar[str] = "calendar.draft"
    days: str
    """``2026-07-20``, or ``2026-07-20至2026-07-21``; several apart by commas."""
    reason: str
    document_no: str


@dataclass(frozen=True, kw_only=True)
class DraftUndo(Command):
    """起草撤销: what a version of the calendar changed is to be taken back by a new one."""

    action: ClassVar[str] = "calendar.draft"
    version: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class DropDraft(Command):
    """作废草案."""

    action: ClassVar[str] = "calendar.draft"
    draft_id: int


@dataclass(frozen=True, kw_only=True)
class ConfirmCalendar(Command):
    """确认工作日历: another person than the drafter puts the draft in force, having seen which dates move."""

    action: ClassVar[str] = "calendar.confirm"
    draft_id: int
    base_version: int
    """The version that the person saw as the one in force."""


@dataclass(frozen=True, kw_only=True)
class PreviewClocks(Command):
    """The worker looks at some clocks more: what would the draft do to them?"""

    action: ClassVar[str] = "calendar.recompute"
    draft_id: int


@dataclass(frozen=True, kw_only=True)
class RecomputeClocks(Command):
    """The worker counts the clocks of some roots again that lag behind the calendar."""

    action: ClassVar[str] = "calendar.recompute"
    root_ids: tuple[str, ...]

    def roots(self) -> tuple[str, ...]:
        """Lock every root; each gets lines of its own."""
        return self.root_ids
