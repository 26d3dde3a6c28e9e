"""What people and the sweeper may ask of tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class TaskCommand(Command):
    """A command about one task; the case's root is locked."""

    action: ClassVar[str] = "task.work"
    task_id: str

    def roots(self) -> tuple[str, ...]:
        """Lock the case: the task's id begins with its number."""
        return (f"case:{self.task_id.rpartition('-')[0]}",)


@dataclass(frozen=True, kw_only=True)
class ClaimTask(TaskCommand):
    """签收: take the task into one's own hands."""


@dataclass(frozen=True, kw_only=True)
class ReleaseTask(TaskCommand):
    """退回待签收: put the task back for one's colleagues."""


@dataclass(frozen=True, kw_only=True)
class SaveDraft(TaskCommand):
    """暂存: keep what is typed so far, unchecked."""

    data: Mapping[str, Any]
    partial: bool = False
    """Keys left out of the answer take the first values a page would show: how programs answer."""


@dataclass(frozen=True, kw_only=True)
class CompleteTask(TaskCommand):
    """办理: answer the task's form; the answer is checked against the form the case pinned."""

    answer: Mapping[str, Any]
    revision: int | None = None
    """The task's revision when the page was made; None when the caller does not know it."""
    partial: bool = False
    """Keys left out of the answer take the first values a page would show: how programs answer."""


@dataclass(frozen=True, kw_only=True)
class FireDeadline(Command):
    """A deadline has come: deliver it to the case (the sweeper's command)."""

    action: ClassVar[str] = "deadline.fire"
    waits: ClassVar[bool] = False
    root_id: str
    deadline_id: str

    def roots(self) -> tuple[str, ...]:
        """Lock the case first, then look at the deadline again."""
        return (self.root_id,)


@dataclass(frozen=True, kw_only=True)
class PutOffDeadline(Command):
    """A deadline could not be delivered: note why and look again later (the sweeper's command)."""

    action: ClassVar[str] = "deadline.fire"
    root_id: str
    deadline_id: str
    error: str

    def roots(self) -> tuple[str, ...]:
        """Lock the case first, as everybody does who writes to what belongs to it."""
        return (self.root_id,)


@dataclass(frozen=True, kw_only=True)
class MarkRead(Command):
    """已读: the actor has read these notifications."""

    action: ClassVar[str] = "session.own"
    ids: tuple[int, ...]
