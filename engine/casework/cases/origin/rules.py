"""Where an application may come from, and what that asks of it: pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.foundation.errors import Conflict, Forbidden, Invalid

CENTRE_REGION = "410500"
"""The administrative code (GB/T 2260) of the centre's own counter."""

REGIONS: Mapping[str, str] = {
    "410500": "安阳市本级", "410502": "文峰区", "410503": "北关区", "410505": "殷都区", "410506": "龙安区",
    "410522": "安阳县", "410523": "汤阴县", "410526": "滑县", "410527": "内黄县", "410581": "林州市",
}  # fmt: skip
REMOTE_MODES: Mapping[str, str] = {
    "local": "本中心收件、本地办理", "collect": "代收代办", "online": "全程网办", "joint": "多地联办"
}  # fmt: skip
AGENT_KINDS: Mapping[str, str] = {"helper": "帮办代办员", "agent": "申请人委托的人"}
OFFLINE_STATES: Mapping[str, str] = {"waiting": "待审批", "approved": "已批准", "refused": "未获批准"}


class NotAwaitingApproval(Conflict):
    """办件 {case_no} 没有等待审批的补录，可能已有人处理。请刷新页面查看现在的状态。"""

    code = "NOT_AWAITING_APPROVAL"


class OwnBackRecord(Forbidden):
    """按职责分离规则 S2，补录的登记人不得审批自己登记的补录。请交由其他监察员审批。"""

    code = "OWN_BACK_RECORD"


class VerdictReasonMissing(Invalid):
    """不批准补录须写明理由，登记人要据此向申请对象说明。请填写理由后再提交。"""

    code = "VERDICT_REASON_MISSING"


class VisitReasonMissing(Invalid):
    """登记到场须写明缘由，一次办结率据此核对（4.1.6）。请填写缘由后再提交。"""

    code = "VISIT_REASON_MISSING"


def origin_errors(answer: Mapping[str, Any], account: str) -> dict[str, str]:
    """Return what contradicts itself in how the application came: a sentence by field.

    An agent is somebody else than the applicant (4.1.7); mail is opened and counted by two people (6.1.4).
    """
    errors: dict[str, str] = {}
    if answer.get("by_agent") and answer.get("agent_id_no") == answer.get("id_no"):
        errors["agent_id_no"] = "代办人不能是申请人本人；本人到场的，不要勾选代为提交"
    if answer.get("mail_no") and not answer.get("mail_witness"):
        errors["mail_witness"] = "邮件应由两人拆封清点，请选择共同清点的人员（6.1.4）"
    if answer.get("mail_witness") == account:
        errors["mail_witness"] = "共同拆封清点的应是另一个人"
    return errors


def offline_errors(received_at: datetime, now: datetime, working_days: int, limit: int) -> dict[str, str]:
    """Return why paper taken at ``received_at`` may not be recorded afterwards ``now``, by field.

    ``working_days`` have passed since; ``limit`` is the centre's policy in working days.
    """
    if received_at >= now.replace(second=0, microsecond=0):
        return {"received_at": "补录的真实收件时间应早于现在；刚刚收到的请按正常收件登记"}
    if working_days > limit:
        return {"received_at": f"真实收件时间已超过{limit}个工作日，不能补录，请报中心处理"}
    return {}


def receive_region(answer: Mapping[str, Any]) -> str:
    """Return the region in which the application was received; the centre's own unless another one is named."""
    return str(answer.get("receive_region") or CENTRE_REGION)


def mail_short(listed: int | None, found: int | None) -> int:
    """Return how many papers the list in the envelope names that were not in it."""
    return max(0, (listed or 0) - (found or 0)) if listed is not None and found is not None else 0


def counts_as_one_go(visits: int) -> bool:
    """Tell whether a case was done in one visit or none (最多跑一次; domain 6.2 one_go)."""
    return visits <= 1
