"""What people may ask at the end of a shift, and the house at the end of a mandate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command
from engine.process.tasks.commands import TaskCommand


@dataclass(frozen=True, kw_only=True)
class HandOverTasks(Command):
    """交班: give tasks in the actor's hands to a colleague; all of them when none is named."""

    action: ClassVar[str] = "task.work"
    to_account: str
    task_ids: tuple[str, ...]
    note: str = ""

    def roots(self) -> tuple[str, ...]:
        """Lock the cases of the named tasks; those of all tasks are locked when they are known."""
        return tuple(f"case:{id.rpartition('-')[0]}" for id in self.task_ids)


@dataclass(frozen=True, kw_only=True)
class TakeBackTask(TaskCommand):
    """收回待办: the holder may no longer work it; it lies with the colleagues again (the worker's command)."""

    action: ClassVar[str] = "task.take_back"
