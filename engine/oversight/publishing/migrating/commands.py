"""What a designer may ask when running cases are to go on with another release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from engine.casework.cases.rooted import CaseCommand
from engine.foundation.store.commands import Command

Ids = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class ChooseCases(Command):
    """选定办件: note which cases are to be moved, so that the work can be taken up where it stopped."""

    action: ClassVar[str] = "process.migrate"
    item_code: str
    number: int
    """The release the cases are to go on with."""
    case_nos: tuple[str, ...]
    ids: Ids = field(default_factory=dict)
    """Process id to old element id to new element id, for elements that got another id."""
    reason: str


@dataclass(frozen=True, kw_only=True)
class MigrateCase(CaseCommand):
    """改用新版流程: a running case goes on with another release of its item."""

    action: ClassVar[str] = "process.migrate"
    number: int
    ids: Ids = field(default_factory=dict)
    reason: str
    batch: str = ""
    """The batch whose row this settles; empty when the case is moved alone."""

    def roots(self) -> tuple[str, ...]:
        """Lock the case, and the batch with it."""
        return (f"case:{self.case_no}", self.batch) if self.batch else (f"case:{self.case_no}",)


@dataclass(frozen=True, kw_only=True)
class NoteUnmoved(Command):
    """A case of a batch was refused: keep why, and go on with the next one."""

    action: ClassVar[str] = "process.migrate"
    batch: str
    number: int
    """The place of the case in the batch."""
    sentence: str

    def roots(self) -> tuple[str, ...]:
        """Lock the batch."""
        return (self.batch,)
