"""What is asked and answered, and by whom: pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.foundation.errors import Conflict, Forbidden, Invalid, InvalidFields, NotFound

CONTACT_STATES: Mapping[str, str] = {"open": "未办结", "answered": "已答复", "applied": "已转为申请"}
WAYS: Mapping[str, str] = {"onsite": "到现场", "phone": "电话", "network": "网络"}
PURPOSES: Mapping[str, str] = {"entrusted": "委托收件", "guidance": "预审辅导"}


class ContactMissing(NotFound):
    """没有找到首问登记 {number}，它可能不在您名下。请核对编号。"""

    code = "CONTACT_MISSING"


class ContactClosed(Conflict):
    """首问登记 {number} 已办结，不能再改动。需要继续的请另行登记。"""

    code = "CONTACT_CLOSED"


class NotTheResponder(Forbidden):
    """首问登记 {number} 的责任人是 {who}，请由其答复或转交（4.1.7 首问负责）。"""

    code = "NOT_THE_RESPONDER"


class NotOfferedToYou(Conflict):
    """首问登记 {number} 没有转交给您，不能接收。请刷新页面查看。"""

    code = "NOT_OFFERED_TO_YOU"


class TransferRefused(Invalid):
    """不能转交给 {who}：{why}。请另选一位工作人员。"""

    code = "TRANSFER_REFUSED"


class ConsultationMissing(NotFound):
    """没有找到咨询单 {number}，它可能不属于您的部门。请核对编号。"""

    code = "CONSULTATION_MISSING"


class ConsultationAnswered(Conflict):
    """咨询单 {number} 已由 {who} 答复，无需重复答复。请刷新页面查看。"""

    code = "CONSULTATION_ANSWERED"


class NotYourDepartment(Forbidden):
    """这一件由{department}答复，您不在该部门。请转告该部门的人员。"""

    code = "NOT_YOUR_DEPARTMENT"


class CallMissing(NotFound):
    """没有找到呼叫 {number}，它可能不属于您的部门。请核对编号。"""

    code = "CALL_MISSING"


class CallAnswered(Conflict):
    """呼叫 {number} 已由 {who} 回应，无需重复回应。请刷新页面查看。"""

    code = "CALL_ANSWERED"


class NotEntrusted(Conflict):
    """“{name}”不是委托收件（受理）事项，窗口直接收件即可；需要部门辅导的，请选择“预审辅导”。"""

    code = "NOT_ENTRUSTED"


class PurposeUnknown(Invalid):
    """请选择呼叫的目的：委托收件或预审辅导。"""

    code = "PURPOSE_UNKNOWN"


def checked_texts(wrong: Mapping[str, str] | None = None, /, **given: tuple[str, str, int]) -> dict[str, str]:
    """Return the trimmed texts; each is given as (text, what it is, the most characters it may have).

    Raises InvalidFields for texts of less than 2 characters or too many, together with what else is ``wrong``.
    """
    texts = {name: text.strip() for name, (text, _, _) in given.items()}
    errors = dict(wrong or {})
    for name, (_, what, most) in given.items():
        if len(texts[name]) < 2:
            errors[name] = f"请填写{what}（至少2个字）"
        elif len(texts[name]) > most:
            errors[name] = f"{what}不能超过{most}字，现有{len(texts[name])}字"
    if errors:
        raise InvalidFields(errors)
    return texts


def response_minutes(called_at: datetime, answered_at: datetime) -> int:
    """Return the whole minutes between a call and its answer (T047: 10:00 → 10:12 is 12)."""
    return max(0, int((answered_at - called_at).total_seconds() // 60))
