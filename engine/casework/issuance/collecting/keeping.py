"""退回保管: a result that nobody collects goes back to the department by its head's decision, and may be had later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases.figures import case_figure
from engine.casework.cases.file import queries as records
from engine.casework.cases.handing import keep_signature
from engine.casework.cases.queries import CaseFile, case_by_root, set_case, visible_case
from engine.casework.cases.receiving import usable_refs
from engine.casework.issuance.collecting import queries
from engine.casework.issuance.collecting.commands import ReturnUncollected
from engine.casework.issuance.collecting.handlers import start_waiting, stop_waiting
from engine.casework.issuance.collecting.rules import NotUncollected, refuse_return
from engine.casework.issuance.delivering.handlers import choose
from engine.casework.issuance.queries import result_of
from engine.foundation.clock import city_date
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.bpmn.releases.queries import release_at
from engine.process.tasks import progress
from engine.process.tasks.notifications.queries import notify
from engine.process.tasks.progress import NotInRelease
from engine.process.tasks.queries import tasks_of
from engine.process.tasks.registry import Act, View
from engine.process.tasks.rules import Task
from engine.registry.identity.rules import scope_of
from engine.registry.organisation.queries import CENTER
from forms import Context

ASKED = tag("result.return_asked", "催领 {chases} 次无人领取，提请退回业务主管部门保管：{reason}")
KEPT = tag("result.kept", "业务负责人决定退回保管，保管地点：{place}")
NOT_KEPT = tag("result.not_kept", "业务负责人不同意退回保管，继续催领：{reason}")
FETCHED = tag("result.fetched", "申请对象要求领取，结果已从业务主管部门取回：{asked}")

TO_DEPARTMENT, FROM_DEPARTMENT = "keeping", "keeping_back"
"""Subjects of the handovers of a kept result: to the department's keeping, and back to the window."""


def return_uncollected(command: ReturnUncollected, unit: Unit) -> Mapping[str, Any]:
    """Ask the department's head to keep a result that was chased as often as the policy says.

    Raises :class:`NotUncollected`, what :func:`refuse_return` raises, and NotInRelease for a case whose release
    does not draw it.
    """
    case = visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    found = [one for one in tasks_of(unit.connection, case.root_id, state="open") if one.act == "issuance.pick_up"]
    if case.status != "awaiting_pickup" or not found:
        raise NotUncollected
    chases = len(queries.chases_of(unit.connection, [case.root_id]))
    refuse_return(chases, case_figure(unit.connection, case.root_id, "uncollected_times"), command.reason)
    if "keep_result" not in release_at(unit.connection, case.release_id).forms:
        raise NotInRelease(process="结果退回部门保管")
    reason = command.reason.strip()[:500]
    stop_waiting(unit, case.root_id)
    records.give_over(unit, case.root_id, TO_DEPARTMENT, _lines(unit, case.root_id))
    unit.record(ASKED, case.root_id, chases=chases, reason=reason)
    sentence = f"“{case.item_name}”的结果催领 {chases} 次无人领取，请决定是否退回本部门保管。"
    notify(unit, case.root_id, "dept_head", case.department, "uncollected", sentence)
    progress.complete(unit, found[0], {"delivery_result": "returned"})
    return {"case_no": case.case_no, "chases": chases}


def prepare_keep(view: View, task: Task) -> Context:
    """Give how often the applicant was reminded, when and how it went."""
    chases = queries.chases_of(view.connection, [task.root_id])
    told = "；".join(f"{city_date(one.at).isoformat()} {one.note}" for one in chases)
    return Context(
        now=view.now, values={"returned": f"已催领 {len(chases)} 次：{told}"}, uploads=usable_refs(view, task.root_id)
    )


def keep_result(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Sign for the result and keep it; or decline, and the window goes on chasing."""
    if answer["keep"] == "no":
        start_waiting(unit, task.root_id)
        unit.record(NOT_KEPT, task.root_id, reason=answer["reason"])
        case = case_by_root(unit.connection, task.root_id)
        sentence = f"“{case.item_name}”的结果部门不同意退回保管，请继续催领。"
        notify(unit, task.root_id, "issue_clerk", CENTER, "uncollected", sentence)
        return {"result_kept": False, "delivery_mode": "pickup"}
    slip = records.handovers_of(unit.connection, task.root_id, TO_DEPARTMENT)[-1]
    _sign(unit, task.root_id, slip, answer["signature"])
    set_case(unit, task.root_id, status="kept")
    unit.record(KEPT, task.root_id, handover=slip.number, place=answer["place"])
    return {"result_kept": True}


def prepare_fetch(view: View, task: Task) -> Context:
    """Say since when the department keeps the result."""
    slip = records.handovers_of(view.connection, task.root_id, TO_DEPARTMENT)[-1]
    since = city_date(slip.taken_at).isoformat() if slip.taken_at else ""
    told = f"自 {since} 起由业务主管部门保管（第 {slip.number} 号移交单），申请对象要求领取时取回"
    return Context(now=view.now, values={"kept": told}, uploads=usable_refs(view, task.root_id))


def fetch_kept(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take the result back from the department, signed for; it is given out or sent as it ever was (6.3.2, 6.3.3)."""
    lines = [{**line, "handed_by": answer["handed_by"]} for line in _lines(unit, task.root_id)]
    number = records.give_over(unit, task.root_id, FROM_DEPARTMENT, lines)
    slip = next(one for one in records.handovers_of(unit.connection, task.root_id) if one.number == number)
    _sign(unit, task.root_id, slip, answer["signature"])
    unit.record(FETCHED, task.root_id, handover=number, asked=answer["asked"])
    choose(unit, task.root_id, answer["delivery_mode"], answer["asked"])
    case = case_by_root(unit.connection, task.root_id)
    _tell_fetched(unit, case)
    return {"delivery_mode": answer["delivery_mode"]}


def _tell_fetched(unit: Unit, case: CaseFile) -> None:
    sentence = f"“{case.item_name}”的结果已由综合窗口取回，交申请对象领取。"
    notify(unit, case.root_id, "dept_head", case.department, "fetched", sentence)


def _lines(unit: Unit, root_id: str) -> list[dict[str, Any]]:
    made = result_of(unit.connection, root_id)
    if made is None:
        raise LookupError(f"{root_id} has no result")
    slip = records.handovers_of(unit.connection, root_id, "result")[-1]
    copies = sum(int(line["copies_sent"]) for line in slip.lines)
    return [{"no": "1", "name": made.title, "result_no": made.result_no, "copies_sent": copies}]


def _sign(unit: Unit, root_id: str, slip: records.Handover, signature: Mapping[str, Any]) -> None:
    records.set_handover(
        unit, root_id, slip.number, lines=[{**line, "copies_received": line["copies_sent"]} for line in slip.lines],
        taken_by=unit.actor.account, taken_at=unit.now, signature=keep_signature(unit, root_id, signature),
    )  # fmt: skip


ACTS = (
    Act("issuance.keep_result", keep_result, prepare_keep, facts=("result_kept", "delivery_mode")),
    Act("issuance.fetch_kept", fetch_kept, prepare_fetch, facts=("delivery_mode",)),
)
"""The department's head decides; the issuing clerk fetches what the applicant asks for."""
