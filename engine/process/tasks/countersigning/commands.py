"""What the holder of a task, and those who are asked, may do about a countersigning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.process.tasks.commands import TaskCommand


@dataclass(frozen=True, kw_only=True)
class AskCountersigning(TaskCommand):
    """提请会签: ask others for their opinion before completing the task."""

    mode: str
    signers: tuple[str, ...]
    """Accounts, in the order in which they sign where they sign in order."""
    percent: int | None = None
    """How many of a hundred have to agree, for a vote alone."""
    question: str = ""
    with_draft: bool = False
    """Whether the signers are shown what the holder has typed so far."""


@dataclass(frozen=True, kw_only=True)
class AddSigners(TaskCommand):
    """加签: ask more people while others are deciding."""

    signers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RemoveSigner(TaskCommand):
    """减签: take back the asking of one who has not signed."""

    signer: str


@dataclass(frozen=True, kw_only=True)
class CallOffCountersigning(TaskCommand):
    """撤销会签: the opinions are not needed any more."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class SignTask(TaskCommand):
    """签署: say whether one agrees, why, and on what condition."""

    action: ClassVar[str] = "countersigning.sign"
    verdict: str
    opinion: str
    basis: str = ""
    conditions: str = ""
