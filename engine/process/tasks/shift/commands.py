"""What people may ask at the end of a shift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


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
