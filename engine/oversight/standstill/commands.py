"""What may be done about standstills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class DraftStandstill(Command):
    """起草停表: the clocks of many cases are to stand still from a day on, by a document."""

    action: ClassVar[str] = "standstill.draft"
    reason: str
    document_no: str
    from_day: str
    """``2026-07-20``; one working day back at most."""
    departments: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    """The scope: department keys and item codes; what is empty does not narrow it."""


@dataclass(frozen=True, kw_only=True)
class DropStandstill(Command):
    """作废停表的草案, or the draft of its end."""

    action: ClassVar[str] = "standstill.draft"
    id: int


@dataclass(frozen=True, kw_only=True)
class EndStandstill(Command):
    """起草恢复: the clocks are to go on."""

    action: ClassVar[str] = "standstill.draft"
    id: int
    reason: str
    document_no: str
    end_day: str


@dataclass(frozen=True, kw_only=True)
class ApproveStandstill(Command):
    """批准停表 or its end, as another natural person than the drafter's."""

    action: ClassVar[str] = "standstill.approve"
    id: int


@dataclass(frozen=True, kw_only=True)
class CarryOutStandstill(Command):
    """The worker pauses, or resumes, the clocks of one case."""

    action: ClassVar[str] = "standstill.carry_out"
    waits: ClassVar[bool] = False
    id: int
    root_id: str

    def roots(self) -> tuple[str, ...]:
        """Lock the case."""
        return (self.root_id,)


@dataclass(frozen=True, kw_only=True)
class NoteStandstillFailure(Command):
    """The worker notes that a case could not be paused or resumed, and why."""

    action: ClassVar[str] = "standstill.carry_out"
    id: int
    root_id: str
    error: str


@dataclass(frozen=True, kw_only=True)
class FinishStandstill(Command):
    """The worker has been through all cases."""

    action: ClassVar[str] = "standstill.carry_out"
    id: int
