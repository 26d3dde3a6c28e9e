"""Pure rules of a case: its states, its number, what formal review may conclude."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from engine.foundation.errors import Conflict, Invalid, NotFound

STATUSES: Mapping[str, str] = {
    "awaiting_approval": "补录待审批",
    "registration_refused": "补录未获批准",
    "received": "已收件",
    "awaiting_confirmation": "待部门确认补正",
    "awaiting_correction": "待补正",
    "rejected": "不予受理",
    "accepted": "已受理",
    "under_review": "审查中",
    "suspended": "特别程序中（暂停计时）",
    "reported_up": "已上报待批复",
    "decided": "已决定",
    "making_result": "制证",
    "handed_over": "已移交待签收",
    "awaiting_pickup": "待领取",
    "kept": "退回部门保管",
    "awaiting_shipment": "待寄递",
    "in_transit": "寄递中",
    "awaiting_reading": "待查收",
    "delivered": "已送达",
    "collated": "已归纳待归档",
    "archived": "已归档",
    "withdrawn": "已撤回",
    "terminated": "已终止",
    "lapsed": "逾期未补正",
    "misfiled": "登记有误已转出",
    "revoked": "准予决定已撤销",
}
"""Case states (domain case status) in the order a case may meet them."""

CASE_TYPES: Mapping[str, str] = {
    "instant": "即办件", "commitment": "承诺件", "joint": "联办件", "report_up": "上报件", "relay": "转报件"
}  # fmt: skip

CHANNELS: Mapping[str, str] = {"1": "窗口", "2": "PC端", "3": "移动端", "4": "邮寄", "9": "自助终端"}

REMOTE = frozenset({"2", "3", "4"})
"""Channels whose applicant is not at the counter: 预审 comes first, with feedback within a limit (6.1.2, 6.1.4)."""


class CaseMissing(NotFound):
    """没有找到办件 {case_no}。它可能不属于您的部门，请核对办件编号。"""

    code = "CASE_MISSING"


class CounterFull(Conflict):
    """事项今天的办件编号已用完（每日 9999 件），请联系系统管理员。"""

    code = "CASE_COUNTER_FULL"


class NotOneWindow(Conflict):
    """“{name}”由部门窗口自行办理，不在综合窗口收件。请引导申请对象到部门窗口。"""

    code = "NOT_ONE_WINDOW"


class ApplicantKindRefused(Invalid):
    """“{name}”不面向{kind}办理，请核对申请对象类型。"""

    code = "APPLICANT_KIND_REFUSED"


class NothingChosen(Invalid):
    """一次申请至少选择一个事项，请选择后再收件。"""

    code = "NOTHING_CHOSEN"


class CorrectionNotConfirmed(Conflict):
    """补齐补正内容尚未经业务主管部门确认（6.1.3），不能出具《补齐补正通知书》。请等待部门确认。"""

    code = "CORRECTION_NOT_CONFIRMED"


@dataclass(frozen=True)
class Reviewed:
    """A material as formal review saw it; ``waivable`` by the applicant's written commitment (告知承诺)."""

    no: int
    name: str
    required: bool
    copies_required: int
    copies: int
    verdict: str
    advice: str
    shared: bool
    deficiency_allowed: bool = False
    waivable: bool = False

    @property
    def defective(self) -> bool:
        """Tell whether something is missing or wrong."""
        return self.verdict in ("missing", "bad_form")


def case_number(implement_code: str, day: date, sequence: int) -> str:
    """Return the 43-character case number: implement code (31), date (8), daily sequence (4).

    Raises :class:`CounterFull` beyond 9999 (GB/T 39046 numbers have four digits).
    """
    if sequence > 9999:
        raise CounterFull
    return f"{implement_code}{day:%Y%m%d}{sequence:04d}"


def review_errors(conclusion: str, materials: Sequence[Reviewed]) -> dict[str, str]:
    """Return a sentence for each field that contradicts the ``conclusion`` of the formal review (6.1.1, 6.1.3).

    Acceptance needs every required material complete and in enough copies (T063); correction needs at least one
    defect to be told of; 容缺受理 and 告知承诺 (4.1.7) allow only the defects that the item allows; a required
    material is never 无需提交.
    """
    errors: dict[str, str] = {}
    for row, one in enumerate(materials):
        field = f"materials[{row}]"
        if one.required and one.verdict == "not_needed":
            errors[f"{field}.verdict"] = f"“{one.name}”为必要材料，不能选“无需提交”"
        elif one.verdict == "complete" and one.copies < one.copies_required and not one.shared:
            errors[f"{field}.copies"] = f"“{one.name}”需{one.copies_required}份，实收{one.copies}份，份数不足"
        elif one.defective and (sentence := _defect_forbids(conclusion, one)):
            errors[f"{field}.verdict"] = sentence
    if not any(one.defective for one in materials) and conclusion in _WITHOUT_DEFECT:
        errors["formal_result"] = _WITHOUT_DEFECT[conclusion]
    return errors


_WITHOUT_DEFECT = {
    "correct": "没有指出需要补齐补正的材料，请在材料清单中逐项标出",
    "accept_deficient": "没有不齐全的材料，应作出“收件（受理）”结论，不需要容缺受理（4.1.7）",
}


def _defect_forbids(conclusion: str, one: Reviewed) -> str:
    """Return why a defective material forbids the conclusion, or ""."""
    if conclusion == "accept" and one.required:
        return f"“{one.name}”不齐全或不符合法定形式，不能作出“收件（受理）”结论"
    if conclusion == "accept_deficient" and not one.deficiency_allowed:
        return f"“{one.name}”不属于事项清单标明可容缺的材料，不能容缺受理（4.1.7），请改为补齐补正"
    if conclusion == "accept_commitment" and not one.waivable:
        return f"“{one.name}”不属于凭承诺可免予提交的材料，不能按告知承诺办理（4.1.7），请改为补齐补正"
    return ""
