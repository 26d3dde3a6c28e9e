"""Refusing a handover and handing over again; originals on their way back to the applicant (6.1.5, 6.3.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.casework.cases import paperwork
from engine.casework.cases.custody import queries
from engine.casework.cases.custody.again import GIVER, TAKER, note_again, note_refusal
from engine.casework.cases.custody.commands import (
    GiveBack,
    HandOverAgain,
    RefuseHandover,
    ReturnOriginals,
    TakeOriginals,
)
from engine.casework.cases.custody.rules import (
    PARTIES,
    HandoverReasonMissing,
    NothingRefused,
    NothingToRefuse,
    NotThisSide,
    PapersNotThere,
)
from engine.casework.cases.file.queries import Handover, give_over, handovers_of, set_handover
from engine.casework.cases.queries import CaseFile, visible_case
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.bpmn.releases.queries import release_at
from engine.process.documents.issuing import issue
from engine.process.tasks.commands import CompleteTask
from engine.process.tasks.handlers import complete
from engine.process.tasks.notifications.queries import notify
from engine.process.tasks.queries import tasks_of
from engine.process.tasks.rules import Task
from engine.registry.identity.rules import scope_of
from engine.registry.organisation.queries import CENTER

RETURNED = tag("originals.returned", "业务主管部门退回原件，第 {handover} 号移交单")
TAKEN = tag("originals.taken", "综合窗口签收退回的原件，第 {handover} 号移交单")
GIVEN_BACK = tag("originals.given_back", "原件归还申请对象并签收，第 {handover} 号移交单")

AGAIN_ACT = "cases.hand_over_again"


def refuse(command: RefuseHandover, unit: Unit) -> Mapping[str, Any]:
    """Refuse the whole handover: papers go back to the window's own task, a result back to the department's hands.

    Raises :class:`NotThisSide`, :class:`HandoverReasonMissing`, :class:`NothingToRefuse`.
    """
    case = visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    _refuse_other_side(unit, case, TAKER.get(command.subject))
    if len(command.reason.strip()) < 4:
        raise HandoverReasonMissing
    slip = queries.waiting(unit.connection, case.root_id, command.subject)
    if slip is None:
        raise NothingToRefuse
    task = _drawn(unit, case, "cases.receive_paper") if command.subject == "materials" else None
    if task is None:
        note_refusal(unit, case, slip, command.reason)
    else:
        answer = {"receipt": "refuse", "refusal_reason": command.reason.strip()[:500]}
        complete(CompleteTask(task_id=task.id, answer=answer, partial=True), unit)
    return {"case_no": case.case_no, "handover": slip.number}


def hand_over_again(command: HandOverAgain, unit: Unit) -> Mapping[str, Any]:
    """Hand over once more under a new number, with the copies as they are counted now.

    Raises :class:`NotThisSide`, :class:`NothingRefused`, and what the window's task refuses.
    """
    case = visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    _refuse_other_side(unit, case, GIVER.get(command.subject))
    task = _drawn(unit, case, AGAIN_ACT) if command.subject == "materials" else None
    if task is not None:
        rows = [{"no": int(no), "copies_sent": copies} for no, copies in command.copies]
        complete(CompleteTask(task_id=task.id, answer={"materials": rows}, partial=True), unit)
        newest = queries.newest_slip(unit.connection, case.root_id, "materials")
        return {"case_no": case.case_no, "handover": newest.number if newest else 0}
    slip = queries.newest_slip(unit.connection, case.root_id, command.subject)
    if slip is None or slip.number not in queries.refusals_of(unit.connection, case.root_id):
        raise NothingRefused
    counted = dict(command.copies)
    lines = [{**line, "copies_sent": max(0, int(counted.get(str(line["no"]), line["copies_sent"])))}
             for line in slip.lines]  # fmt: skip
    return {"case_no": case.case_no, "handover": note_again(unit, case, command.subject, lines)}


def return_originals(command: ReturnOriginals, unit: Unit) -> Mapping[str, Any]:
    """The department gives originals back to the window, which is to sign for them."""
    case = visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    lines = _lines(unit, case, "department", command.copies)
    number = give_over(unit, case.root_id, "return", lines)
    unit.record(RETURNED, case.root_id, handover=number)
    sentence = f"“{case.item_name}”的原件已由部门退回，请综合窗口签收并归还申请对象。"
    notify(unit, case.root_id, "window_clerk", CENTER, "originals_returned", sentence)
    return {"case_no": case.case_no, "handover": number}


def take_originals(command: TakeOriginals, unit: Unit) -> Mapping[str, Any]:
    """The window signs for the originals as the slip names them."""
    case = visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    waiting = [one for one in handovers_of(unit.connection, case.root_id, "return") if one.taken_at is None]
    if not waiting:
        raise NothingToRefuse("没有等待签收的退回原件。请刷新页面查看现在的交接情况。")
    _sign(unit, case, waiting[0], unit.actor.name, {"mode": "account", "digests": []})
    unit.record(TAKEN, case.root_id, handover=waiting[0].number)
    return {"case_no": case.case_no, "handover": waiting[0].number}


def give_back(command: GiveBack, unit: Unit) -> Mapping[str, Any]:
    """The window gives originals back to the applicant: nothing leaves it unsigned."""
    case = visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    receiver = command.receiver.strip()
    if not command.signed or len(receiver) < 2:
        raise HandoverReasonMissing("请填写领回人姓名，并由其在签收单上签字后再登记归还（6.1.5 交接签收）。")
    lines = _lines(unit, case, "window", command.copies)
    number = give_over(unit, case.root_id, "give_back", lines)
    slip = next(one for one in handovers_of(unit.connection, case.root_id) if one.number == number)
    _sign(unit, case, slip, receiver[:40], {"mode": "paper", "digests": []})
    unit.record(GIVEN_BACK, case.root_id, handover=number, private={"receiver": receiver[:40]})
    return {"case_no": case.case_no, "handover": number}


def _drawn(unit: Unit, case: CaseFile, act: str) -> Task | None:
    """Return the open task of ``act`` where the case's own release draws the way back to the window, or None."""
    release = release_at(unit.connection, case.release_id)
    if "hand_over_again" not in release.forms:
        return None
    return next((one for one in tasks_of(unit.connection, case.root_id, state="open") if one.act == act), None)


def _refuse_other_side(unit: Unit, case: CaseFile, role: str | None) -> None:
    place = CENTER if role in ("window_clerk", "issue_clerk") else case.department
    if role is None or (role, place) not in unit.actor.grants:
        raise NotThisSide


def _lines(unit: Unit, case: CaseFile, party: str, copies: Sequence[tuple[int, int]]) -> list[dict[str, Any]]:
    """Return the slip's lines; raise :class:`PapersNotThere` for copies that ``party`` does not hold."""
    held = {one.no: one for one in queries.custody_of(unit.connection, case.root_id) if one.party == party}
    wanted = [(no, count) for no, count in copies if count > 0]
    if not wanted:
        raise HandoverReasonMissing("请填写要交接的份数，至少一项一份（6.1.5）。")
    for no, count in wanted:
        one = held.get(no)
        if one is None or one.copies < count:
            name = one.name if one else f"第{no}项材料"
            raise PapersNotThere(name=name, party=PARTIES[party], held=one.copies if one else 0, wanted=count)
    return [{"no": str(no), "name": held[no].name, "copies_sent": count} for no, count in wanted]


def _sign(unit: Unit, case: CaseFile, slip: Handover, receiver: str, signature: Mapping[str, Any]) -> None:
    lines = [{**line, "copies_received": line["copies_sent"]} for line in slip.lines]
    set_handover(
        unit, case.root_id, slip.number, lines=lines, taken_by=unit.actor.account, taken_at=unit.now,
        signature=dict(signature),
    )  # fmt: skip
    signed = next(one for one in handovers_of(unit.connection, case.root_id) if one.number == slip.number)
    document = issue(unit, case.root_id, "return_slip", paperwork.return_slip(unit, case, signed, receiver))
    set_handover(unit, case.root_id, slip.number, document_id=document.id)
