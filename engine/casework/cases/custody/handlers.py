"""Signing for papers with or without a difference, and settling what differs (6.1.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.casework.cases import paperwork
from engine.casework.cases.custody import queries
from engine.casework.cases.custody.again import (
    hand_over_papers_again,
    prepare_hand_over_again,
    refuse_papers,
)
from engine.casework.cases.custody.commands import ConfirmResolution, ProposeResolution
from engine.casework.cases.custody.queries import Difference
from engine.casework.cases.custody.rules import (
    RESOLUTIONS,
    STATES,
    DifferenceNotWaiting,
    DifferenceOpen,
    HandoverReasonMissing,
    OriginalUnaccounted,
    SameHand,
    SupplyOnTheWay,
    receipt_errors,
    unaccounted,
)
from engine.casework.cases.file.queries import handovers_of
from engine.casework.cases.handing import blank_slip, sign_slip, slip_context, waiting_slip
from engine.casework.cases.queries import case_by_root, visible_case
from engine.casework.cases.timing import HAND_OVER
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.clocks.ledgers import stop_clock
from engine.process.documents.issuing import issue
from engine.process.tasks.notifications.queries import notify
from engine.process.tasks.queries import tasks_of
from engine.process.tasks.registry import Act, View
from engine.process.tasks.rules import Task
from engine.registry.identity.rules import scope_of
from engine.registry.organisation.queries import CENTER
from forms import Context

PAPER_TAKEN = tag("handover.taken", "业务主管部门签收纸质材料")
DIFFERS = tag("difference.noted", "交接差异第 {number} 号：“{name}”移交 {sent} 份，实收 {received} 份，责任在移交方")
PROPOSED = tag("difference.proposed", "移交方对差异第 {number} 号提出：{resolution_name}")
RESOLVED = tag("difference.resolved", "差异第 {number} 号已由双方签认：{resolution_name}")
DECLINED = tag("difference.declined", "接收方不同意差异第 {number} 号的处理意见")
EXCUSED = tag("custody.excused", "归档时原件“{name}”不在卷，理由：{reason}")


def prepare_receive_paper(view: View, task: Task) -> Context:
    """Give the slip's lines as they were sent."""
    return slip_context(view, task, "materials", "materials")


def receive_paper(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Sign for the papers as they were counted; what is short is a difference that the giver answers for (T075).

    What cannot be taken at all goes back to the window, which hands over again (拒收, 6.1.5).
    """
    rows, receipt = answer["materials"], answer.get("receipt") or _counted(answer["materials"])
    if receipt == "refuse":
        refuse_papers(unit, task.root_id, answer["refusal_reason"])
        return {"paper_accepted": False}
    slip = waiting_slip(unit.connection, task.root_id, "materials")
    lines = [
        (str(line["name"]), int(line["copies_sent"]), int(row["copies_received"]))
        for line, row in zip(slip.lines, rows, strict=True)
    ]
    errors = receipt_errors(receipt, lines)
    if errors:
        raise InvalidFields(errors)
    number, document = sign_slip(unit, task, "materials", "handover_slip", rows, answer["signature"])
    stop_clock(unit, task.root_id, HAND_OVER, city_date(unit.now))
    unit.record(PAPER_TAKEN, task.root_id, handover=number, document=document)
    if receipt == "difference":
        _note_differences(unit, task.root_id, number, answer.get("difference_note") or answer.get("note") or "")
    return {"paper_accepted": True}


def _counted(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return what the counts say: the form of the first release did not ask for it."""
    short = any(int(row["copies_received"]) != int(row["copies_sent"]) for row in rows)
    return "difference" if short else "all"


def propose(command: ProposeResolution, unit: Unit) -> Mapping[str, Any]:
    """The window says how a difference ends; the department is asked to confirm it."""
    case = visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    one = queries.difference_at(unit.connection, case.root_id, command.number)
    if one.state != "open":
        raise DifferenceNotWaiting(number=one.number, state=STATES[one.state])
    explanation = command.explanation.strip()
    if len(explanation) < 4 or command.resolution not in RESOLUTIONS:
        raise HandoverReasonMissing
    queries.set_difference(
        unit, case.root_id, one.number, state="proposed", resolution=command.resolution,
        explanation=explanation[:500], proposed_by=unit.actor.account, proposed_at=unit.now,
    )  # fmt: skip
    name = RESOLUTIONS[command.resolution]
    unit.record(PROPOSED, case.root_id, number=one.number, resolution=command.resolution, resolution_name=name)
    sentence = f"“{case.item_name}”纸质材料差异第 {one.number} 号，综合窗口提出：{name}。请核对后确认。"
    notify(unit, case.root_id, "dept_reviewer", case.department, "difference", sentence)
    return {"case_no": case.case_no, "number": one.number}


def confirm(command: ConfirmResolution, unit: Unit) -> Mapping[str, Any]:
    """The department confirms (then both names stand under it) or declines, and the difference is open again."""
    case = visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    one = queries.difference_at(unit.connection, case.root_id, command.number)
    if one.state != "proposed" or one.resolution is None:
        raise DifferenceNotWaiting(number=one.number, state=STATES[one.state])
    if one.proposed_by == unit.actor.account:
        raise SameHand
    if command.agreed:
        queries.set_difference(
            unit, case.root_id, one.number, state="resolved", confirmed_by=unit.actor.account, confirmed_at=unit.now
        )
        name = RESOLUTIONS[one.resolution]
        unit.record(RESOLVED, case.root_id, number=one.number, resolution=one.resolution, resolution_name=name)
    else:
        queries.set_difference(unit, case.root_id, one.number, state="open", resolution=None)
        unit.record(DECLINED, case.root_id, number=one.number)
        sentence = f"“{case.item_name}”纸质材料差异第 {one.number} 号的处理意见未获部门同意，请重新处理。"
        notify(unit, case.root_id, "window_clerk", CENTER, "difference", sentence)
    return {"case_no": case.case_no, "number": one.number}


def refuse_open_differences(view: View, root_id: str) -> None:
    """Raise :class:`DifferenceOpen` while a difference of the case is not resolved."""
    if any(one.state != "resolved" for one in queries.differences_of(view.connection, root_id)):
        raise DifferenceOpen


def refuse_supply_on_the_way(view: View, root_id: str) -> None:
    """Raise :class:`SupplyOnTheWay` while the department has not signed for a material that came later."""
    on_the_way = ("ut_receive_supply", "ut_supply_again")
    if any(one.element in on_the_way for one in tasks_of(view.connection, root_id, state="open")):
        raise SupplyOnTheWay


def settle_originals(unit: Unit, root_id: str, reason: str) -> None:
    """Let a case be filed only when every original is accounted for, or excused by the archivist's ``reason``.

    Raises :class:`OriginalUnaccounted` (6.1.5, 6.4.1).
    """
    left = unaccounted(queries.custody_of(unit.connection, root_id))
    if left and len(reason.strip()) < 4:
        raise OriginalUnaccounted(names="、".join(sorted({one.name for one in left})))
    for one in left:
        queries.excuse(unit, root_id, one.no, reason.strip()[:500])
        unit.record(EXCUSED, root_id, material=one.no, name=one.name, reason=reason.strip()[:500])


def _note_differences(unit: Unit, root_id: str, handover: int, note: str) -> None:
    case = case_by_root(unit.connection, root_id)
    slip = next(one for one in handovers_of(unit.connection, root_id) if one.number == handover)
    short = [line for line in slip.lines if int(line["copies_received"]) < int(line["copies_sent"])]
    document = issue(unit, root_id, "difference_slip", paperwork.difference_slip(unit, case, slip, short, note))
    for line in short:
        values = {
            "handover": handover, "material_no": int(line["no"]), "name": line["name"],
            "copies_sent": int(line["copies_sent"]), "copies_received": int(line["copies_received"]), "note": note,
            "document_id": document.id,
        }  # fmt: skip
        number = queries.put_difference(unit, root_id, values)
        unit.record(DIFFERS, root_id, number=number, handover=handover, name=line["name"],
                    sent=values["copies_sent"], received=values["copies_received"])  # fmt: skip
    sentence = f"“{case.item_name}”移交的纸质材料有 {len(short)} 项短少，请综合窗口查明（6.1.5）。"
    notify(unit, root_id, "window_clerk", CENTER, "difference", sentence)


def names_in(one: Difference) -> set[str]:
    """Return the accounts that had a hand in a difference."""
    return {name for name in (one.noted_by, one.proposed_by, one.confirmed_by) if name}


ACTS = (
    Act(
        "cases.receive_paper",
        receive_paper,
        prepare_receive_paper,
        facts=("paper_accepted",),
        blank=lambda view, task: blank_slip(view, task, "materials", "handover_slip"),
    ),
    Act("cases.hand_over_again", hand_over_papers_again, prepare_hand_over_again),
)
