"""What may be asked of re-executions, and what the worker tells of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found of one case, as :class:`~engine.oversight.audit.reexecution.rules.Verdict` says it."""

    case_no: str
    outcome: str
    lines: int
    seq: int = 0
    ground: str = ""
    sentence: str = ""


@dataclass(frozen=True, kw_only=True)
class KeepReexecution(Command):
    """重新执行核对一件: what the re-execution of one case has just given is kept with who asked for it, and when."""

    action: ClassVar[str] = "journal.reexecute"
    found: Found


@dataclass(frozen=True, kw_only=True)
class AskReexecution(Command):
    """重新执行核对一批: the cases of an item, of a department, received in a period; all when nothing is given.

    Days are of the city (``2026-07-01``), the last one counts.
    """

    action: ClassVar[str] = "journal.reexecute"
    item: str = ""
    department: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True, kw_only=True)
class AskNightlyReexecution(Command):
    """The house asks by itself: the cases that were changed since it last did."""

    action: ClassVar[str] = "log.verify"


@dataclass(frozen=True, kw_only=True)
class StopReexecution(Command):
    """停止: a run is not gone on with; what it found stays."""

    action: ClassVar[str] = "journal.reexecute"
    id: int


@dataclass(frozen=True, kw_only=True)
class NoteReexecuted(Command):
    """The worker has done the cases of a run after ``after`` up to ``cursor``; ``found`` are those not identical."""

    action: ClassVar[str] = "log.verify"
    id: int
    after: str
    cursor: str
    total: int
    identical: int
    lines: int
    found: tuple[Found, ...]
    done: bool
