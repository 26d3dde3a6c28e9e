"""What people may ask when a step has to be done once more."""

from __future__ import annotations

from dataclasses import dataclass

from engine.process.tasks.commands import TaskCommand


@dataclass(frozen=True, kw_only=True)
class SendBack(TaskCommand):
    """退回: give the task in one's hands back to an earlier step, for a reason."""

    to: str
    """The task that was done there last: one of those that :func:`ways_back` offers."""
    reason: str


@dataclass(frozen=True, kw_only=True)
class WithdrawStep(TaskCommand):
    """撤回: take back the step one has just done; ``task_id`` is the task that was completed."""
