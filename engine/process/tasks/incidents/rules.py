"""What may be done about an incident: pure."""

from __future__ import annotations

from collections.abc import Mapping

from engine.foundation.errors import Conflict, Invalid, NotFound
from engine.process.clocks.rules import TITLES

DEADLINE, TIMER, OUTBOX, SEAL = "deadline", "timer", "outbox", "seal"
"""What an incident is about, the first word of its id: a clock that could not be delivered, a plain timer of a
process that could not ring, work of the outbox that was given up, the sealing of the journals."""

SEALING = "log.seal"
"""What an incident of the sealing is about: it stands where others have their topic."""

KINDS: Mapping[str, str] = {DEADLINE: "到期事项", TIMER: "流程定时", OUTBOX: "待发事项", SEAL: "过程记录封存"}
STATES: Mapping[str, str] = {"open": "待处理", "retried": "已安排重试", "healed": "已恢复", "resolved": "已人工处置"}

EFFECTS: Mapping[str, str] = {
    "boundary": "届满", "ladder": "升级提示", "overdue": "超期提示", "reminder": "临期提示"
}  # fmt: skip
"""What a deadline does when it comes, as it is said behind the title of its clock."""

ROOTS: Mapping[str, str] = {
    "case": "办件", "contact": "首问登记", "consultation": "咨询", "call": "呼叫", "audit": "封存日志"
}  # fmt: skip
"""What something failed in, by the first word of its root."""

WORK: Mapping[str, str] = {
    "document.render": "生成文书的文件", "sms.send": "发送短信", "courier.order": "向物流机构下单",
    SEALING: "封存过程记录",
}  # fmt: skip
"""The topics of the outbox, and the sealing, in words."""

SETTLED_OTHERWISE: Mapping[str, str] = {"courier.order": "结果已转为由综合窗口另选送达方式"}
"""Topics whose giving up has consequences of its own, so that doing the work later would do it twice."""


class IncidentMissing(NotFound):
    """没有编号为 {id} 的异常。请在“异常”页面或者用 process incidents 查看现有的异常。"""

    code = "INCIDENT_MISSING"


class IncidentSettled(Conflict):
    """异常 {id} 已经处理过，不需要再处理。请在“异常”页面或者用 process incidents 查看现有的异常。"""

    code = "INCIDENT_SETTLED"


class NotTriedAgain(Conflict):
    """异常 {id} 不能重试：{why}。请在办件中办妥以后，写明理由登记为人工处置。"""

    code = "INCIDENT_NOT_RETRIABLE"


class ResolutionUnwritten(Invalid):
    """请写明人工处置的经过（不超过 500 字）：它会记入办件的过程记录。"""

    code = "RESOLUTION_UNWRITTEN"


def kind_of(id: str) -> str:
    """Return what the incident ``id`` is about, a key of :data:`KINDS`."""
    return id.partition(":")[0]


def deadline_of(id: str) -> str:
    """Return the deadline that the incident ``id`` is about: its root, the kind and number of its clock, its effect."""
    return id.removeprefix(f"{DEADLINE}:")


def limit_title(deadline_id: str) -> str:
    """Return the title of the clock whose deadline it is, and what the deadline does: 承诺时限超期提示."""
    _, kind, _, effect = deadline_id.rsplit(":", 3)
    return f"{TITLES.get(kind, kind)}{EFFECTS.get(effect, effect)}"


def belongs_to(root_id: str) -> tuple[str, str]:
    """Return what kind of thing something failed in, in words, and its number."""
    root, _, number = root_id.partition(":")
    return ROOTS.get(root, root), number


def never_came(root_id: str, what: str, error: str) -> str:
    """Return the sentence of an incident about a clock or a timer."""
    return f"{' '.join(belongs_to(root_id))} 的{what}多次未能触发：{error[:200]}"


def timer_id(root_id: str, run: int, task_no: int) -> str:
    """Return the id of the incident about a plain timer, by the run of its root and its number there."""
    return f"{TIMER}:{root_id}:{run}:{task_no}"


def timer_of(id: str) -> tuple[int, int]:
    """Return the run and the number of the timer that the incident ``id`` is about."""
    run, task_no = id.split(":")[-2:]
    return int(run), int(task_no)


def message_of(id: str) -> int:
    """Return the number of the outbox message that the incident ``id`` is about."""
    return int(id.removeprefix(f"{OUTBOX}:"))


def refuse_settled(id: str, state: str) -> None:
    """Raise :class:`IncidentSettled` for an incident that is not open any more."""
    if state != "open":
        raise IncidentSettled(id=id)


def why_not_tried(element: str) -> str:
    """Return why work must not be tried again (it was settled in another way when it was given up), or nothing."""
    return SETTLED_OTHERWISE.get(element, "")


def refuse_trying(id: str, element: str) -> None:
    """Raise :class:`NotTriedAgain` for work that :func:`why_not_tried` speaks of."""
    if why := why_not_tried(element):
        raise NotTriedAgain(id=id, why=why)
