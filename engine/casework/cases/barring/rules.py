"""Pure rules of 失信记录: when an entry stands, who may end it, how long it may last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from engine.foundation.errors import Conflict, Forbidden, Invalid, NotFound

SOURCES: Mapping[str, str] = {
    "revocation": "违反告知承诺，准予决定已撤销",
    "commitment": "告知承诺不实",
    "deficiency": "逾期未履行容缺补齐承诺",
    "decision": "有权机关的失信认定",
}
"""Where an entry comes from; ``revocation`` is written by the revocation itself."""

BY_HAND: tuple[str, ...] = ("commitment", "deficiency", "decision")
STATES: Mapping[str, str] = {"active": "有效", "expired": "已到期", "lifted": "已解除"}
SHORTEST_REASON = 4


class AlreadyBarred(Conflict):
    """该申请对象已有有效的失信记录 {number}，不需要重复列入。需要延长的，请先解除原记录再列入。"""

    code = "ALREADY_BARRED"


class BarringMissing(NotFound):
    """没有找到失信记录 {number}，请核对编号。"""

    code = "BARRING_MISSING"


class BarringEnded(Conflict):
    """失信记录 {number} {state}，不需要解除。请刷新页面查看现在的状态。"""

    code = "BARRING_ENDED"


class OwnBarring(Forbidden):
    """失信记录由本人列入的，由另一位有权限的人员解除。请转交本部门其他业务负责人或者监察员。"""

    code = "OWN_BARRING"


class NotTheKeeper(Forbidden):
    """失信记录 {number} 由{department}列入，请由该部门的业务负责人或者监察员解除。"""

    code = "NOT_THE_KEEPER"


class LiftReasonMissing(Invalid):
    """请写明解除失信记录的理由（至少 4 个字），理由写入过程记录。"""

    code = "LIFT_REASON_MISSING"


def state_of(lifted_at: datetime | None, until: date | None, today: date) -> str:
    """Return how an entry stands on ``today`` (Asia/Shanghai): active, expired, or lifted; its last day counts."""
    if lifted_at is not None:
        return "lifted"
    return "active" if until is None or today <= until else "expired"


def until_error(until: date | None, today: date, longest: date) -> str:
    """Return what is wrong with the last day that was chosen, or ""."""
    if until is None:
        return "请选择失效日期"
    if until < today:
        return "失效日期不能早于今天"
    if until > longest:
        return f"失效日期不能晚于 {longest.isoformat()}"
    return ""


def reason_error(reason: str) -> str:
    """Return what is wrong with a reason, or ""."""
    return "" if len(reason.strip()) >= SHORTEST_REASON else f"请写明理由（至少 {SHORTEST_REASON} 个字）"
