"""What may be asked: to urge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.process.tasks.commands import TaskCommand


@dataclass(frozen=True, kw_only=True)
class UrgeTask(TaskCommand):
    """催办: tell whoever has the task in hand to go on with it."""

    action: ClassVar[str] = "task.urge"
    text: str = ""
