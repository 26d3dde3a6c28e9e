"""What may be asked: giving a task away, having it prepared, and getting it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.process.tasks.commands import TaskCommand


@dataclass(frozen=True, kw_only=True)
class TransferTask(TaskCommand):
    """转办: the task goes to ``to_account`` for good."""

    action: ClassVar[str] = "task.transfer"
    to_account: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class DelegateTask(TaskCommand):
    """委派: ``to_account`` prepares the task; its holder stays responsible."""

    to_account: str
    text: str = ""
    """What the delegate is asked to do."""


@dataclass(frozen=True, kw_only=True)
class ReturnDelegation(TaskCommand):
    """归还委派: hand the prepared task back with a note and what was typed."""

    note: str = ""
    data: Mapping[str, Any] | None = None
    """What the page shows now; None: what was kept as a draft."""


@dataclass(frozen=True, kw_only=True)
class RecallDelegation(TaskCommand):
    """收回委派: the delegator goes on alone."""
