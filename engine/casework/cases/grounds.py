"""On what a clock of a case rests: from when it counts by which clause, and where its length comes from.

The clauses are of the standard (DB4105/T 229-2024) unless a law is named; what the centre has set itself is marked 拟
in the source of its policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.engine import Connection

from engine.casework.cases.queries import CaseFile
from engine.process.bpmn.releases.queries import release_at
from engine.registry.items.queries import item_at
from engine.registry.policies.queries import policies, versions_of
from processes.items import Item
from processes.words import CLOCK_ANCHORS


@dataclass(frozen=True)
class Ground:
    """From when a clock counts, the clause of that, and the source of its length; ``figure`` is its policy, if any."""

    anchor: str
    clause: str
    source: str = ""
    figure: str = ""


_KINDS: Mapping[str, Ground] = {
    "correction_notice": Ground("自收到申请材料之日起", "行政许可法第三十二条", figure="correction_notice"),
    "online_feedback": Ground("自收到网上、邮寄申请之日起", "6.1.2、6.1.4", figure="online_feedback"),
    "commitment": Ground("自受理之日起", "行政许可法第四十二条；到综合窗口签收结果为止（6.3.1）"),
    "statutory": Ground("自受理之日起", "行政许可法第四十二条；到作出决定为止"),
    "first_review": Ground("自受理之日起", "行政许可法第四十三条"),
    "stage": Ground("自进入本环节之日起", "6.2.1", "流程图或者事项的环节时限"),
    "branch": Ground("自本分支开始办理之日起（前序分支办结后）", "6.2.2", "牵头部门确认的联办计划"),
    "delivery": Ground("自作出决定之日起", "行政许可法第四十四条", figure="delivery"),
    "confirm_correction": Ground("自提出补齐补正内容之时起", "6.1.3", figure="confirm_correction_hours"),
    "hand_over": Ground("自转办之时起", "4.1.6、6.1.5", figure="hand_over_hours"),
    "correction_limit": Ground("自补齐补正通知书出具或者延长之日起", "附录C", "事项的实施清单"),
    "deficiency": Ground("自受理之日起", "4.1.7", "容缺受理时承诺的补齐日期"),
    "commit_check": Ground("自作出准予决定之日起", "4.1.7、国办发〔2020〕42号", "事项的实施清单"),
    "uncollected": Ground("自综合窗口签收结果或者上次催领之日起", "6.3.2", figure="uncollected"),
    "shipping": Ground("自交寄之日起", "6.3.2", figure="shipping_inquiry"),
    "unread": Ground("自电子送达或者上次提醒之日起", "6.3.2", figure="unread"),
    "special_procedure": Ground("自书面告知之日起", "行政许可法第四十五条、附录B", "特别程序告知书写明的预计时间"),
    "relay": Ground("自收到批复之日起", "行政许可法第四十三条", figure="relay"),
    "report_up": Ground("自初审完毕之日起", "行政许可法第四十三条", figure="report_up"),
    "archive": Ground("自结果送达之日起", "6.4.1", figure="archive"),
    "order": Ground("自发出督办单或者退回答复之日起", "4.1.8", figure="supervision_order"),
    "rejection_review": Ground("自申请复核之日起", "6.1.1", figure="rejection_review"),
}  # fmt: skip
"""Kinds of clocks that a case has; consultations, calls and contacts have roots of their own."""

COUNTING: Mapping[str, str] = {
    "wd": "起算当日不计入，次日起算（民法典第二百零一条）；只计工作日，不含法定节假日（行政许可法第八十二条）",
    "cd": "起算当日不计入，次日起算（民法典第二百零一条）；按自然日计，最后一日休息的顺延（民法典第二百零三条）",
    "month": "按月计，到期日为对应日，没有对应日的为月末（民法典第二百零二条）；最后一日休息的顺延（第二百零三条）",
    "wh": "自约定的时间起算（民法典第二百零一条）；只计工作日的办公时间",
}
"""How the days of each unit are counted."""

PAUSING: Mapping[str, str] = {
    "(P,R]": "停表当日已用，恢复当日不计（行政许可法第四十五条）",
    "[P,R]": "停表当日、恢复当日都不计（行政许可法第四十五条）",
    "[P,R)": "停表当日不计，恢复当日计入（行政许可法第四十五条）",
}
"""The edge days of a pause by the counting rule that the clock pinned."""


def grounds_of(connection: Connection, case: CaseFile) -> Mapping[str, Ground]:
    """Return the ground of each kind of clock, with the anchor and sources of the case's own item and the policies.

    The sources are those of the figures that the case's release pinned; a later document stands behind later cases.
    """
    item = item_at(connection, case.item_digest)
    sources = {one.key: one.source for one in policies(connection)}
    pinned = release_at(connection, case.release_id).effective_from
    then = (one for one in reversed(versions_of(connection)) if one.effective_at <= pinned)
    sources |= {one.key: one.source for one in then}
    return {kind: _own(kind, ground, item, sources) for kind, ground in _KINDS.items()}


def _own(kind: str, ground: Ground, item: Item, sources: Mapping[str, str]) -> Ground:
    if kind == "commitment":
        return replace(ground, anchor=CLOCK_ANCHORS[item.clock_anchor], source=item.promise.source)
    if kind in ("statutory", "first_review"):
        source = item.statutory.source if item.statutory is not None else ""
        return replace(ground, anchor=CLOCK_ANCHORS[item.clock_anchor], source=source)
    return replace(ground, source=ground.source or sources.get(ground.figure, ""))
