"""拒收与重新移交: papers that the department does not take go back to the window and come again (6.1.5, T075)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases.custody import queries
from engine.casework.cases.custody.queries import REPLACES
from engine.casework.cases.custody.rules import (
    HandoverReasonMissing,
    NothingHandedOver,
    NothingRefused,
    NothingToRefuse,
    again_errors,
)
from engine.casework.cases.file.queries import Handover, give_over
from engine.casework.cases.handing import waiting_slip
from engine.casework.cases.queries import CaseFile, case_by_root
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.tasks.notifications.queries import notify
from engine.process.tasks.registry import View
from engine.process.tasks.rules import Task
from engine.registry.identity.queries import names_of
from engine.registry.organisation.queries import CENTER
from forms import Context

REFUSED = tag("handover.refused", "拒收第 {handover} 号移交，理由：{reason}")
AGAIN = tag("handover.again", "重新移交，第 {handover} 号移交单")

TAKER = {"materials": "dept_reviewer", "result": "issue_clerk"}
GIVER = {"materials": "window_clerk", "result": "dept_head"}


def refuse_papers(unit: Unit, root_id: str, reason: str) -> None:
    """Refuse the papers that wait; raise :class:`NothingToRefuse` when none do."""
    slip = waiting_slip(unit.connection, root_id, "materials")
    if slip.taken_at or slip.number in queries.refusals_of(unit.connection, root_id):
        raise NothingToRefuse
    note_refusal(unit, case_by_root(unit.connection, root_id), slip, reason)


def note_refusal(unit: Unit, case: CaseFile, slip: Handover, reason: str) -> None:
    """Keep that the actor refused ``slip``, and tell the side that gave it; raise HandoverReasonMissing."""
    reason = reason.strip()[:500]
    if len(reason) < 4:
        raise HandoverReasonMissing
    queries.put_refusal(unit, case.root_id, slip.number, reason)
    unit.record(REFUSED, case.root_id, handover=slip.number, subject=slip.subject, reason=reason)
    role = GIVER[slip.subject]
    place = CENTER if role == "window_clerk" else case.department
    sentence = f"“{case.item_name}”第 {slip.number} 号移交被拒收，请核对后重新移交。"
    notify(unit, case.root_id, role, place, "handover_refused", sentence)


def note_again(unit: Unit, case: CaseFile, subject: str, lines: list[dict[str, Any]], note: str = "") -> int:
    """Keep that the actor handed over again, and tell who is to sign; return the new slip's number."""
    number = give_over(unit, case.root_id, subject, lines)
    unit.record(AGAIN, case.root_id, handover=number, subject=subject, note=note)
    role = TAKER[subject]
    place = CENTER if role == "issue_clerk" else case.department
    notify(unit, case.root_id, role, place, "handover_again", f"“{case.item_name}”已重新移交，请按新的移交单签收。")
    return number


def prepare_hand_over_again(view: View, task: Task) -> Context:
    """Give the refused slip's lines, and who refused it when and why."""
    slip = _refused(view, task.root_id)
    why = queries.refusals_of(view.connection, task.root_id)[slip.number]
    who = names_of(view.connection, {why.account}).get(why.account, why.account)
    rows = [
        {"no": line["no"], "name": line["name"], "copies_before": line["copies_sent"],
         "copies_sent": line["copies_sent"]}
        for line in slip.lines
    ]  # fmt: skip
    told = f"第 {slip.number} 号移交单于 {city_date(why.at).isoformat()} 被{who}拒收：{why.reason}"
    return Context(now=view.now, rows={"materials": rows}, values={"refused": told})


def hand_over_papers_again(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Hand the papers over under a new number, counted anew: at least one, and no more than the window holds.

    The new slip names the refused one and what differs.  Raises InvalidFields and :class:`NothingHandedOver`.
    """
    slip = _refused(unit, task.root_id)
    rows = {str(row["no"]): int(row["copies_sent"]) for row in answer["materials"]}
    held = {
        str(one.no): one.copies
        for one in queries.custody_of(unit.connection, task.root_id)
        if one.party == "window"
    }  # fmt: skip
    counted = [(str(line["name"]), held.get(str(line["no"]), 0), rows[str(line["no"])]) for line in slip.lines]
    errors = again_errors(counted)
    if errors:
        raise InvalidFields(errors)
    lines = [
        {**line, "copies_before": int(line["copies_sent"]), "copies_sent": rows[str(line["no"])],
         REPLACES: slip.number}
        for line in slip.lines
    ]  # fmt: skip
    if not any(line["copies_sent"] for line in lines):
        raise NothingHandedOver
    note_again(unit, case_by_root(unit.connection, task.root_id), "materials", lines, answer.get("note") or "")
    return {}


def _refused(view: View, root_id: str) -> Handover:
    slip = queries.refused_slip(view.connection, root_id, "materials")
    if slip is None:
        raise NothingRefused
    return slip
