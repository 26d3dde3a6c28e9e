"""What the lead department may ask about the branches of a review that is running."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.casework.cases.rooted import CaseCommand, OnCaseInPart


@dataclass(frozen=True, kw_only=True)
class ProposeBranch(OnCaseInPart):
    """提出加入分支: somebody of the lead department finds that one more department has to be asked."""

    action: ClassVar[str] = "branch.propose"


@dataclass(frozen=True, kw_only=True)
class DecideBranch(CaseCommand):
    """批准或者不批准加入分支: the head of the lead department, who did not propose it."""

    action: ClassVar[str] = "branch.decide"
    key: str
    approved: bool
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class DropBranch(CaseCommand):
    """不再征求: a branch that is optional or was added, and not decided yet, is left out."""

    action: ClassVar[str] = "branch.decide"
    key: str
    reason: str
