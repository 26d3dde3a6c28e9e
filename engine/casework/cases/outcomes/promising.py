"""容缺受理 (4.1.7): what is missing is promised by a day, owed until it comes, and asked about at the decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import forms
from engine.casework.cases import queries
from engine.casework.cases.custody.queries import refused_slip
from engine.casework.cases.file import queries as records
from engine.casework.cases.handing import keep_signature
from engine.casework.cases.outcomes import letters
from engine.casework.cases.outcomes.commands import SupplyDeficient
from engine.casework.cases.outcomes.queries import Deficiency, deficiencies_of, move_supply_by, note_supplied, promise
from engine.casework.cases.outcomes.rules import (
    AFTER_ACCEPTANCE,
    NothingOwed,
    Owing,
    TooLateToSupply,
    owed,
    refuse_grant_while_owed,
    supply_by_error,
)
from engine.casework.cases.receiving import digests_in, usable_refs
from engine.casework.cases.rules import STATUSES
from engine.casework.cases.saying import say
from engine.casework.cases.timing import commitment_anchor
from engine.foundation.blobs.queries import take_uploads
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.ledgers import open_clock, stop_clock
from engine.process.clocks.rules import Terms
from engine.process.tasks import progress
from engine.process.tasks.notifications.queries import notify
from engine.process.tasks.queries import tasks_of
from engine.process.tasks.registry import Act, View
from engine.process.tasks.rules import Task
from engine.registry.identity.rules import scope_of
from engine.registry.items.queries import item_at
from forms import Context

PROMISED = tag("deficiency.promised", "容缺受理：申请人承诺于 {supply_by} 前补齐 {count} 项材料（4.1.7）")
SUPPLIED = tag("deficiency.supplied", "收到补交的容缺材料 {count} 项，尚欠 {left} 项")
OVERRULED = tag("deficiency.decided_without", "容缺材料未补齐即作出准予决定，理由：{reason}")


def prepare_promise(view: View, task: Task) -> Context:
    """Give what is missing, and the commitment's due date as the latest and the first proposed day (T029)."""
    latest = latest_supply(view, task.root_id)
    rows = [
        {"no": str(one.no), "name": one.name, "copies_required": max(one.copies_required, 1), "advice": one.advice}
        for one in records.materials_of(view.connection, task.root_id)
        if one.verdict in ("missing", "bad_form")
    ]
    return Context(
        now=view.now,
        rows={"materials": rows},
        values={"latest": latest.isoformat()},
        defaults={"supply_by": latest.isoformat()},
        uploads=usable_refs(view, task.root_id),
    )


def deficient_promise(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep the applicant's signed promise; refuse a day after the commitment's due date (4.1.7, T029)."""
    supply_by = date.fromisoformat(answer["supply_by"])
    calendar = unit.part(Calendars).current(unit.connection)
    wrong = supply_by_error(supply_by, city_date(unit.now), latest_supply(unit, task.root_id), calendar)
    if wrong:
        raise InvalidFields({"supply_by": wrong})
    rows = answer["materials"]
    signature = keep_signature(unit, task.root_id, answer["signature"])
    promise(unit, task.root_id, rows, supply_by, signature)
    letters.promise_letters(unit, task.root_id, rows, supply_by, signature)
    say(unit, task, "deficient_promise", "promised", "、".join(row["name"] for row in rows))
    unit.record(PROMISED, task.root_id, supply_by=supply_by.isoformat(), count=len(rows),
                materials=[int(row["no"]) for row in rows])  # fmt: skip
    return {}


def latest_supply(view: View, root_id: str) -> date:
    """Return the last day that may be promised: the commitment's due date if the case were accepted today."""
    case = queries.case_by_root(view.connection, root_id)
    promised = item_at(view.connection, case.item_digest).promise
    today = city_date(view.now)
    calendar = view.part(Calendars).current(view.connection)
    anchor = commitment_anchor(view, case, today)
    if promised.unit == "cd":
        return max(calendar.roll(date.fromordinal(anchor.toordinal() + promised.days)).date, today)
    return max(calendar.add(anchor, promised.days).date, today)


def start_deficiency_clock(unit: Unit, root_id: str, accepted_on: date) -> None:
    """Open the clock of what was promised, when the case is accepted; none where nothing is owed."""
    owing = owed(deficiencies_of(unit.connection, root_id), accepted_on)
    if owing.supply_by is None:
        return
    # Who promised and then waited for the acceptance beyond the day may still bring it on the day of acceptance.
    supply_by = max(owing.supply_by, accepted_on)
    move_supply_by(unit, root_id, supply_by)
    quota = (supply_by - accepted_on).days
    open_clock(unit, root_id, Terms("deficiency", accepted_on, quota, "cd"))


# 补交 ---------------------------------------------------------------------------------------------------------------


def supply_context(view: View, root_id: str) -> Context:
    """Give what is still owed, expected in the form and number the item asks for."""
    forms_of = {one.no: one.form for one in records.materials_of(view.connection, root_id)}
    rows = [
        {
            "no": str(one.no), "name": one.name, "copies_required": one.copies_required, "advice": one.advice,
            "provided_form": forms_of[one.no], "copies": one.copies_required,
        }
        for one in _open(deficiencies_of(view.connection, root_id))
    ]  # fmt: skip
    return Context(now=view.now, rows={"materials": rows}, uploads=usable_refs(view, root_id))


def supply(command: SupplyDeficient, unit: Unit) -> Mapping[str, Any]:
    """Take what was owed: files and copies; paper goes on to the department with a slip (6.1.5).

    Raises CaseMissing, :class:`NothingOwed`, :class:`TooLateToSupply`, or InvalidFields for the form.
    """
    case = queries.visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    open_before = {one.no: one for one in _open(deficiencies_of(unit.connection, case.root_id))}
    if not open_before or case.accepted_on is None or case.decision == "deny":
        raise NothingOwed
    if case.status not in AFTER_ACCEPTANCE:
        raise TooLateToSupply(status=STATUSES[case.status])
    context, form = supply_context(unit, case.root_id), forms.load("supply_deficient")
    answer = forms.read_json(form, command.answer, context) if command.partial else command.answer
    checked = forms.validate(form, answer, context)
    came = [row for row in checked.data.get("materials", []) if row.get("provided_form") not in (None, "none")]
    errors = dict(checked.errors) or _supply_errors(checked.data["materials"], came)
    if errors:
        raise InvalidFields(errors)
    for row in came:
        _take(unit, case.root_id, row)
    return _settle(unit, case, came, len(open_before) - len(came))


def _supply_errors(rows: list[Mapping[str, Any]], came: list[Mapping[str, Any]]) -> dict[str, str]:
    if not came:
        return {"materials": "请至少登记一项补交的材料（4.1.7）"}
    return {
        f"materials[{index}].copies": f"“{row['name']}”需{row['copies_required']}份，实收{row['copies']}份，份数不足"
        for index, row in enumerate(rows)
        if row.get("copies") is not None and row["provided_form"] in ("original", "copy")
        and int(row["copies"]) < int(row["copies_required"])
    }  # fmt: skip


def _take(unit: Unit, root_id: str, row: Mapping[str, Any]) -> None:
    no = int(row["no"])
    electronic = row["provided_form"] == "electronic"
    values: dict[str, Any] = {} if electronic else {"copies": int(row["copies"])}
    records.set_material(
        unit, root_id, no, provided_form=row["provided_form"], original_checked=bool(row.get("original_checked")),
        verdict="complete", advice=None, **values,
    )  # fmt: skip
    records.add_files(unit, root_id, no, take_uploads(unit, digests_in(row.get("files")), root_id))
    note_supplied(unit, root_id, no)


def _settle(unit: Unit, case: queries.CaseFile, came: list[Mapping[str, Any]], left: int) -> Mapping[str, Any]:
    if not left:
        stop_clock(unit, case.root_id, "deficiency", city_date(unit.now))
    unit.record(SUPPLIED, case.root_id, count=len(came), left=left, materials=[int(row["no"]) for row in came])
    paper = [
        {"no": row["no"], "name": row["name"], "copies_sent": int(row["copies"])}
        for row in came
        if row["provided_form"] in ("original", "copy")
    ]
    if paper:
        _hand_on(unit, case, paper)
    names = "、".join(row["name"] for row in came)
    for role in ("dept_reviewer", "dept_head"):
        notify(unit, case.root_id, role, case.department, "supplied", f"“{case.item_name}”补交了容缺材料：{names}。")
    return {"case_no": case.case_no, "supplied": [int(row["no"]) for row in came], "left": left}


def _hand_on(unit: Unit, case: queries.CaseFile, paper: list[dict[str, Any]]) -> None:
    """Send the paper after the file with a slip; what comes while one waits to be signed for goes with that one.

    Neither does one start while a refused one waits at the window: both are handed over together then.
    """
    open_now = {one.element for one in tasks_of(unit.connection, case.root_id, state="open")}
    refused = refused_slip(unit.connection, case.root_id, "materials")
    again = refused if "ut_supply_again" in open_now else None
    if again is not None or "ut_receive_supply" in open_now:
        slip = again or records.handovers_of(unit.connection, case.root_id, "materials")[-1]
        records.set_handover(unit, case.root_id, slip.number, lines=[*(dict(one) for one in slip.lines), *paper])
        return
    records.give_over(unit, case.root_id, "materials", paper)
    progress.start_beside(unit, case.root_id, "supply_handover", {"case_no": case.case_no})


# 决定 ---------------------------------------------------------------------------------------------------------------


def owing_of(view: View, root_id: str) -> Owing:
    """Return what the case still owes today."""
    return owed(deficiencies_of(view.connection, root_id), city_date(view.now))


def check_before_decision(unit: Unit, root_id: str, decision: str, reason: str) -> None:
    """Refuse a grant while something is owed and no reason is given; journal a reason that was given (4.1.7)."""
    owing = owing_of(unit, root_id)
    refuse_grant_while_owed(owing, decision, reason)
    if decision == "grant" and owing.anything:
        # Nobody waits for it any more: what comes later is taken all the same.
        stop_clock(unit, root_id, "deficiency", city_date(unit.now))
        unit.record(OVERRULED, root_id, reason=reason.strip(), owed=len(owing.names))


def _open(promised: list[Deficiency]) -> list[Deficiency]:
    return [one for one in promised if one.supplied_at is None]


ACTS = (Act("cases.deficient_promise", deficient_promise, prepare_promise, part="accept"),)
"""The act of 容缺受理."""
