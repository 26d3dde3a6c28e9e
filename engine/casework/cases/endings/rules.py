"""When a case may leave its way, and when it is too late: pure."""

from __future__ import annotations

from collections.abc import Sequence

from engine.foundation.errors import Conflict

BEFORE_ACCEPTANCE = frozenset({"received", "awaiting_confirmation", "awaiting_correction"})
BEFORE_DECISION = BEFORE_ACCEPTANCE | {"accepted", "under_review", "suspended", "reported_up"}


class TooLateToWithdraw(Conflict):
    """本件现为“{status}”，不能撤回：申请对象只能在作出处理决定之前撤回申请（6.2.1）。请告知申请对象其他救济渠道。"""

    code = "TOO_LATE_TO_WITHDRAW"


class TooLateToMove(Conflict):
    """本件现为“{status}”，不能转到其他事项：登记有误只能在作出处理决定之前改正（6.1.1）。请按更正或者撤销程序办理。"""

    code = "TOO_LATE_TO_MOVE"


class SameItem(Conflict):
    """本件已经是“{name}”，无需转出。请选择正确的事项。"""

    code = "SAME_ITEM"


class NoticeStandsInTheWay(Conflict):
    """本件已出具《{title}》{number}，它仍然有效。请先作废该文书并说明理由，再改正登记（编号保留）。"""

    code = "NOTICE_STANDS_IN_THE_WAY"


class NothingToReview(Conflict):
    """本件没有可以复核的不予收件（受理）结论，现为“{status}”。请核对办件编号。"""

    code = "NOTHING_TO_REVIEW"


class ReviewTooLate(Conflict):
    """复核申请应当自收到不予收件（受理）通知书之日起 {days} 日内提出，现已超过。请告知申请对象行政复议、诉讼渠道。"""

    code = "REVIEW_TOO_LATE"


class ReviewedAlready(Conflict):
    """本件已复核并维持原结论，复核以一次为限。请告知申请对象行政复议、行政诉讼渠道。"""

    code = "REVIEWED_ALREADY"


def refuse_withdrawal(status: str, name: str) -> None:
    """Raise :class:`TooLateToWithdraw` unless nothing has been decided yet."""
    if status not in BEFORE_DECISION:
        raise TooLateToWithdraw(status=name)


def refuse_moving(status: str, name: str, item: tuple[str, str], wanted: str) -> None:
    """Raise unless a case of ``item`` (code, name) may be moved to the item with code ``wanted``."""
    if status not in BEFORE_DECISION:
        raise TooLateToMove(status=name)
    if wanted == item[0]:
        raise SameItem(name=item[1])


def refuse_standing_notice(standing: Sequence[tuple[str, str]]) -> None:
    """Raise for the first notice (title, number) that still stands, such as an acceptance under the wrong item."""
    for title, number in standing:
        raise NoticeStandsInTheWay(title=title, number=number)


def refuse_review(status: str, name: str, reviewed: bool, late: bool, days: int) -> None:
    """Raise unless a rejection may be reviewed: once, and within ``days`` calendar days."""
    if status != "rejected":
        raise NothingToReview(status=name)
    if reviewed:
        raise ReviewedAlready
    if late:
        raise ReviewTooLate(days=days)
