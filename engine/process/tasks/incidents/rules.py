"""What may be done about an incident: pure."""

from __future__ import annotations

from collections.abc import Mapping

from engine.foundation.errors import Conflict, Invalid, NotFound

DEADLINE, TIMER, OUTBOX = "deadline", "timer", "outbox"
"""What an incident is about, the first word of its id: a clock that could not be delivered, a plain timer of a
process that could not ring, work of the outbox that was given up."""

SETTLED_OTHERWISE: Mapping[str, str] = {"courier.order": "结果已转为由综合窗口另选送达方式"}
"""Topics whose giving up has consequences of its own, so that doing the work later would do it twice."""


class IncidentMissing(NotFound):
    """没有编号为 {id} 的异常。请用 process incidents 查看现有的异常。"""

    code = "INCIDENT_MISSING"


class IncidentSettled(Conflict):
    """异常 {id} 已经处理过，不需要再处理。请用 process incidents 查看现有的异常。"""

    code = "INCIDENT_SETTLED"


class NotTriedAgain(Conflict):
    """异常 {id} 不能重试：{why}。请在办件中办妥以后，写明理由登记为人工处置。"""

    code = "INCIDENT_NOT_RETRIABLE"


class ResolutionUnwritten(Invalid):
    """请写明人工处置的经过（不超过 500 字）：它会记入办件的过程记录。"""

    code = "RESOLUTION_UNWRITTEN"


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


def refuse_trying(id: str, element: str) -> None:
    """Raise :class:`NotTriedAgain` for work that was settled in another way when it was given up."""
    if element in SETTLED_OTHERWISE:
        raise NotTriedAgain(id=id, why=SETTLED_OTHERWISE[element])
