"""What an applicant is told of a case, in plain words: pure tables and rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Told:
    """Where a case is, and what comes next; an ended case has no next."""

    where: str
    next: str


WHERE: Mapping[str, Told] = {
    "awaiting_approval": Told("您的申请材料已登记，补录正在审批。", "审批通过后进行形式审查。"),
    "registration_refused": Told("补录没有获得批准，这次登记不再办理。", "请到综合窗口了解情况。"),
    "received": Told(
        "综合窗口已收到您的材料，正在审查材料是否齐全、是否符合法定形式。",
        "审查后告知您：受理、需要补正，或者不予受理及理由。",
    ),
    "awaiting_confirmation": Told(
        "材料有需要补正的地方，业务主管部门正在确认补正内容。", "确认后一次性告知您需要补正的全部内容。"
    ),
    "awaiting_correction": Told("需要您补齐补正材料，具体内容见下。", "收到您补正的材料后继续审查。"),
    "rejected": Told("不予收件（受理），理由和救济渠道见通知书。", ""),
    "accepted": Told("已经受理，材料已转交业务主管部门。", "业务主管部门审查并作出决定。"),
    "under_review": Told("业务主管部门正在审查。", "审查后由业务负责人作出决定。"),
    "suspended": Told(
        "正在进行特别程序（例如检验、检测、听证、专家评审），办理时限暂停计算。",
        "特别程序结束后继续审查，时限接着计算。",
    ),
    "reported_up": Told("本级审查已完成，已上报上级机关，等待批复。", "收到批复后告知您结果。"),
    "decided": Told("已经作出决定。", "制作结果文书或证照。"),
    "making_result": Told("正在制作结果文书或证照。", "制作完成后转交综合窗口。"),
    "handed_over": Told("结果已由业务主管部门移交，等待综合窗口签收。", "签收后通知您领取或者寄送。"),
    "kept": Told(
        "结果久未领取，已退回业务主管部门保管。", "您随时可以携带身份证件到综合窗口要求领取，也可以要求免费邮寄。"
    ),
    "awaiting_pickup": Told(
        "结果已到综合窗口，请您领取。", "请携带身份证件领取；请他人代领的，另带授权书和双方身份证件。"
    ),
    "awaiting_shipment": Told("结果已到综合窗口，正准备免费寄送给您。", "交寄后由物流送到您填写的地址。"),
    "awaiting_reading": Told("结果已经电子送达，等待您查收。", "请用收到的链接打开并下载。"),
    "in_transit": Told("结果正在免费寄送给您。", "收到后请核对并签收。"),
    "delivered": Told("结果已经送达您。", "综合窗口和业务主管部门整理归档，您不需要再做什么。"),
    "collated": Told("结果已经送达，材料正在归档。", "您不需要再做什么。"),
    "archived": Told("已经办结并归档。", ""),
    "withdrawn": Told("您已撤回申请，本办件不再办理。", ""),
    "terminated": Told("办理已经终止，理由见送达您的文书。", ""),
    "lapsed": Told("逾期没有补正，本办件不再办理；您可以重新申请。", ""),
    "revoked": Told("原来的准予决定已经撤销，理由和救济渠道见送达您的文书。", ""),
    "misfiled": Told("登记有误，已转到正确的事项办理，请查看新的收件凭条。", ""),
}
"""Every state of a case in words for the person who applied."""

COUNTS: Mapping[str, str] = {
    "correction_notice": "在这一天以前，综合窗口应当告知您：受理、需要补正，或者不予受理。",
    "commitment": "在这一天以前，业务主管部门应当作出决定，并把结果交到综合窗口。",
    "statutory": "法律规定的最长办理期限。",
    "delivery": "在这一天以前，综合窗口应当把结果送达给您。",
}
"""What a due date promises, by the kind of its clock."""

WORKING_DAYS = "按工作日计算，不含周末和法定节假日，收到当日不计。"
PAUSED = "暂停的意思是：从这一天起，办理时限不再计算；恢复以后接着计算，到期日相应推后。"

DELIVERY_MODES: Mapping[str, str] = {
    "pickup": "窗口领取",
    "pick_up": "窗口领取",
    "mail": "免费寄送",
    "post": "免费寄送",
    "electronic": "电子送达",
}


PARTS: Mapping[str, str] = {
    "waiting": "还没开始", "open": "正在办理", "agreed": "已审查完", "denied": "已审查完", "stopped": "还没有结果",
}  # fmt: skip
"""How a part of a theme (一件事) stands while it is being decided: nobody learns here what one department thinks."""

PARTS_DECIDED: Mapping[str, str] = {
    "agreed": "已通过", "denied": "没有通过，理由见送达您的文书", "stopped": "没有办理，理由见送达您的文书",
}  # fmt: skip
"""How it ended, once the whole was decided."""


@dataclass(frozen=True)
class Share:
    """A part of a theme: its name, how it stands in words, and whether its department has finished."""

    title: str
    word: str
    done: bool


def shares(parts: Iterable[tuple[str, str]], *, decided: bool) -> list[Share]:
    """Return the parts of a theme, given as (name, state of its branch), as the applicant is told of them."""
    told = PARTS_DECIDED if decided else PARTS
    return [Share(name, told[state], state in PARTS_DECIDED and (decided or state != "stopped"))
            for name, state in parts if state in told]  # fmt: skip


@dataclass(frozen=True)
class Milestone:
    """A mark on the way; ``on`` is None while it lies ahead."""

    title: str
    on: date | None


_REFUSED = (("received", "收到材料"), ("closed", "不予收件（受理）"))
_WAY = (
    ("received", "收到材料"),
    ("accepted", "收件（受理）"),
    ("decided", "作出决定"),
    ("signed", "结果到综合窗口"),
    ("delivered", "送达"),
    ("closed", "办结"),
)


def milestones(dates: Mapping[str, date | None], *, rejected: bool, ended: bool) -> list[Milestone]:
    """Return the way of a case: what was reached with its day, then what lies ahead unless it has ended early."""
    marks = [Milestone(title, dates.get(key)) for key, title in (_REFUSED if rejected else _WAY)]
    return [mark for mark in marks if mark.on is not None or not ended]
