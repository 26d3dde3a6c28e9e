"""How instants, days, sizes, names and states are said on a page: pure, and the filters of the templates."""

from __future__ import annotations

from datetime import date, datetime

from engine.casework.cases.custody import rules as custody
from engine.casework.cases.rules import CASE_TYPES, CHANNELS, STATUSES
from engine.casework.issuance.delivering import rules as delivering
from engine.casework.issuance.shipping import rules as shipping
from engine.foundation.clock import CITY
from engine.oversight.supervision.cards import rules as cards
from engine.process.clocks.ladder.rules import LEVEL_NAMES
from engine.process.tasks.handing import rules as handing
from engine.registry.identity.rules import ROLES
from forms import checks

DELEGATION_STATES = handing.STATES
PROVIDED_FORMS = {"original": "原件", "copy": "复印件", "electronic": "电子件", None: "未提交"}
VERDICTS = {
    "complete": "齐全且符合法定形式",
    "missing": "不齐全",
    "bad_form": "不符合法定形式",
    "not_needed": "无需提交",
    "waived": "凭承诺免予提交",
}
APPLICANT_KINDS = {"person": "自然人", "organisation": "法人或其他组织"}
OUTCOMES = {
    "closed": "办结",
    "rejected": "不予受理",
    "lapsed": "逾期未补正",
    "withdrawn": "撤回申请",
    "terminated": "终止办理",
    "misfiled": "登记有误已转出",
}
DECISIONS = {"grant": "准予", "deny": "不予", "terminate": "终止办理", "return": "退回审查人员"}
CORRECTION_STATES = {
    "proposed": "待业务主管部门确认",
    "confirmed": "部门已确认，待出具通知书",
    "declined": "部门不同意",
    "taken_back": "已收回重审",
    "issued": "已告知，等待申请人补正",
    "received": "已收到补正材料",
}
OPINION_KINDS = {
    "formal_review": "形式审查",
    "accept": "收件（受理）",
    "reject": "不予收件（受理）",
    "confirm_correction": "确认补正内容",
    "deficient_promise": "容缺受理承诺",
    "notice_commit": "告知承诺",
    "fix_on_site": "当场更正",
    "close_uncorrected": "逾期未补正的处理",
    "post_check": "后续核查",
    "revocation": "核查不符的处理",
    "substantive_review": "实质审查",
    "site_visit": "踏勘",
    "opinion": "审查意见",
    "decision": "处理决定",
    "branch_review": "联审审查",
    "branch_opinion": "联审意见",
    "first_review": "本级初审",
    "first_decision": "审定初审意见",
    "ask_review": "申请复核",
    "rejection_review": "复核",
    "collective": "部门集体研究",
    "special_approval": "批准特别程序",
    "special_procedure": "特别程序结果",
    "extension_approval": "批准延长期限",
}
CONCLUSIONS = {
    "accept": "符合要求",
    "accept_deficient": "容缺受理",
    "accept_commitment": "按告知承诺办理",
    "fix_on_site": "当场更正",
    "correct": "需要补齐补正",
    "reject": "不符合收件（受理）条件",
    "agree": "同意",
    "disagree": "不同意",
    "site_visit": "需要踏勘",
    "documents": "书面审查",
    "pass": "符合要求",
    "improve": "需要整改",
    "proposed": "提出意见",
    "promised": "申请人书面承诺",
    "fixed": "已当场更正",
    "extend": "延长补正期限",
    "end": "终结办理",
    "fail": "与承诺不符",
    "revoke": "撤销准予决定",
    "keep": "整改后不撤销",
    "grant": "准予",
    "deny": "不予",
    "terminate": "终止办理",
    "escalate": "提交集体研究",
    "downgrade": "转为承诺件",
    "special": "启动特别程序",
    "special_done": "已结束",
    "return": "退回审查人员",
    "report": "同意上报",
    "asked": "已申请",
    "uphold": "维持",
    "overturn": "撤销",
}
HANDOVER_SUBJECTS = {
    "materials": "纸质材料",
    "result": "结果文书或证照",
    "return": "部门退回的原件",
    "give_back": "归还申请对象的原件",
    "keeping": "退回部门保管的结果",
    "keeping_back": "申请对象要求领取而取回的结果",
}
DELIVERY_MODES = delivering.MODES
SHIPMENT_STATES = shipping.STATES
PARTIES = custody.PARTIES
DIFFERENCE_STATES = custody.STATES
RECEIVERS = {"self": "申请人本人", "agent": "受托人", "signed": "邮寄签收人", "reader": "电子送达查收人"}
LANES = {
    "L_window": "综合窗口（受理）",
    "L_issue": "综合窗口（统一出件）",
    "L_dept": "业务主管部门",
    "L_system": "系统",
}
KINDS = {
    "startEvent": "开始",
    "endEvent": "结束",
    "userTask": "人工环节",
    "serviceTask": "系统环节",
    "businessRuleTask": "决策表",
    "callActivity": "调用子流程",
    "exclusiveGateway": "判断",
    "parallelGateway": "并行",
    "inclusiveGateway": "选择并行",
    "boundaryEvent": "时限触发",
    "intermediateCatchEvent": "等待",
    "receiveTask": "接收消息",
    "eventBasedGateway": "等待其中之一",
    "intermediateThrowEvent": "发出",
    "subProcess": "子流程",
}


def acting(who: str, absent: str) -> str:
    """Return who did something, and for whom where it was done by standing in for one on leave (请假代理)."""
    return f"{who} 代 {absent}" if absent else who


def local(instant: datetime | None) -> str:
    """Return ``2026-03-02 09:05`` in the city's time, or an empty text."""
    return "" if instant is None else instant.astimezone(CITY).strftime("%Y-%m-%d %H:%M")


def local_second(instant: datetime | None) -> str:
    """Return ``2026-03-02 09:05:07`` in the city's time, or an empty text."""
    return "" if instant is None else instant.astimezone(CITY).strftime("%Y-%m-%d %H:%M:%S")


def iso(instant: datetime | date | None) -> str:
    """Return the machine's form of an instant (with its offset) or a day, for ``<time datetime>``."""
    if instant is None:
        return ""
    if isinstance(instant, datetime):
        return instant.astimezone(CITY).isoformat(timespec="seconds")
    return instant.isoformat()


def long_day(day: date | None) -> str:
    """Return ``2026年3月2日``, or an empty text."""
    return "" if day is None else f"{day.year}年{day.month}月{day.day}日"


def size(count: int) -> str:
    """Return the size of a file in words people use: ``820 KB``, ``3.4 MB``."""
    if count < 1024:
        return f"{count} B"
    kilobytes = count / 1024
    return f"{kilobytes:.0f} KB" if kilobytes < 1000 else f"{kilobytes / 1024:.1f} MB"


def person_or_firm(kind: str, name: str) -> str:
    """Return the name as a list shows it: a person's is masked, a firm's is not personal data (个人信息保护法)."""
    return checks.mask_name(name) if kind == "person" else name


def case_type(code: str) -> str:
    """Return the word for a case type."""
    return CASE_TYPES.get(code, code)


def status(code: str) -> str:
    """Return the word for a case state."""
    return STATUSES.get(code, code)


def channel(code: str) -> str:
    """Return the word for the way an application came in."""
    return CHANNELS.get(code, code)


def role(code: str) -> str:
    """Return the name of a role."""
    return ROLES.get(code, code)


FILTERS = {
    "local": local,
    "local_second": local_second,
    "iso": iso,
    "long_day": long_day,
    "size": size,
    "case_type": case_type,
    "status": status,
    "channel": channel,
    "role": role,
}

CARD_LEVELS = LEVEL_NAMES
CARD_STATES = cards.STATES
