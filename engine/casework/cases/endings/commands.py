"""What people may ask when a case is to leave its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.casework.cases.rooted import OnCase


@dataclass(frozen=True, kw_only=True)
class WithdrawCase(OnCase):
    """撤回申请: the applicant takes the application back before the decision (form ``withdraw``)."""

    action: ClassVar[str] = "case.withdraw"


@dataclass(frozen=True, kw_only=True)
class MoveToItem(OnCase):
    """转到正确的事项: the case was registered under the wrong item (form ``move_to_item``)."""

    action: ClassVar[str] = "case.move"


@dataclass(frozen=True, kw_only=True)
class AskReview(OnCase):
    """申请复核: the applicant asks to have a rejection reviewed (form ``ask_review``)."""

    action: ClassVar[str] = "rejection_review.ask"
