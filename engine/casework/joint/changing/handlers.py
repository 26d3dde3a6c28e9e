"""Adding a branch to a running review, and leaving one out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import forms
from engine.casework.cases import queries as cases
from engine.casework.cases.file.queries import materials_of
from engine.casework.cases.sharing.sight import materials_in_sight
from engine.casework.joint import rules
from engine.casework.joint.changing import rules as own
from engine.casework.joint.changing.commands import DecideBranch, DropBranch, ProposeBranch
from engine.casework.joint.limits import refuse_worse
from engine.casework.joint.planning import share_with
from engine.casework.joint.queries import BranchRow, add_branch, branch_named, branches_of, review_of, set_branch
from engine.casework.joint.running import days_text, halt, settle
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.process.tasks import progress
from engine.process.tasks.notifications.queries import notify
from engine.process.tasks.registry import View
from engine.registry.identity.queries import person_behind
from engine.registry.identity.rules import scope_of
from engine.registry.organisation.queries import departments
from forms import Context
from processes.joint_plan import VETO_EFFECTS

PROPOSED = tag("joint.branch_proposed", "提出加入分支“{name}”（{department_name}，{days}）：{reason}")
ADDED = tag("joint.branch_added", "批准加入分支“{name}”（{department_name}）")
DECLINED = tag("joint.branch_declined", "不批准加入分支“{name}”：{reason}")
DROPPED = tag("joint.branch_dropped", "不再征求分支“{name}”：{reason}")

FORM = "add_branch"
PROCESS = "joint_added"
"""What an added branch goes through, beside the case's own process."""

_HALVES = re.compile(r"[0-9]{1,2}(\.[05])?")


def prepare_branch(view: View, root_id: str) -> Context:
    """Offer the departments, the branches it may wait for, the materials it may need, the effects of a denial.

    Of the materials those that the reader sees: the page asks before the command says who may propose (6.1.6).
    """
    materials = materials_in_sight(view, cases.case_by_root(view.connection, root_id))
    rows = [one for one in branches_of(view.connection, root_id) if one.state not in rules.OUTSIDE]
    return Context(
        now=view.now,
        options={
            "department": list(_departments(view).items()),
            "depends_on": [(one.key, one.name) for one in rows],
            "materials": [(str(one.no), f"第{one.no}项 {one.name}") for one in materials],
            "veto": list(VETO_EFFECTS.items()),
        },
        defaults={"days": "1", "veto": "none"},
    )


def propose(command: ProposeBranch, unit: Unit) -> Mapping[str, Any]:
    """Put down one more branch, to be approved; the running limits are looked at now and when it is approved.

    Raises NotLead, NoReview, NotRunning, InvalidFields, LimitTooLong.
    """
    root_id = _lead_root(unit, command.case_no)
    schema, context = forms.load(FORM), prepare_branch(unit, root_id)
    given = forms.read_json(schema, command.answer, context) if command.partial else command.answer
    checked = forms.validate(schema, given, context)
    rows = branches_of(unit.connection, root_id)
    answer: Mapping[str, Any] = checked.data
    errors = dict(checked.errors)
    if not errors:
        known = [one.no for one in materials_of(unit.connection, root_id)]
        errors = own.branch_errors(answer, rows, _departments(unit), known)
        if not _HALVES.fullmatch(str(answer["days"])):
            errors["days"] = "请填写工作日数，如 5 或 0.5"
    if errors:
        raise InvalidFields(errors)
    row = _row(unit, root_id, answer, rows)
    _refuse_too_long(unit, root_id, rows, row)
    add_branch(unit, root_id, row)
    named = departments(unit.connection)
    unit.record(
        PROPOSED, root_id, branch=row.key, name=row.name, department=row.department, days=days_text(row.days),
        department_name=named[row.department].short_name, reason=answer["reason"], after=list(row.depends_on),
    )  # fmt: skip
    lead = cases.case_by_root(unit.connection, root_id).department
    notify(unit, root_id, "dept_head", lead, "joint", f"联审拟加入分支“{row.name}”，请批准。")
    return {"case_no": command.case_no, "key": row.key}


def decide(command: DecideBranch, unit: Unit) -> Mapping[str, Any]:
    """Approve a proposed branch, which then begins or waits like any other; or decline it with a reason.

    Raises NotLead, NoReview, NotRunning, BranchMissing, NotProposed, OwnProposal, LimitTooLong, InvalidFields.
    """
    root_id = _lead_root(unit, command.case_no)
    row = branch_named(unit.connection, root_id, command.key)
    if row.state != "proposed":
        raise own.NotProposed(name=row.name, state=rules.STATES[row.state])
    if person_behind(unit.connection, str(row.added_by)) == unit.actor.person:
        raise own.OwnProposal
    if not command.approved:
        reason = _reason(command.reason)
        set_branch(unit, root_id, row.key, state="dropped", dropped_reason=reason, approved_by=unit.actor.account)
        unit.record(DECLINED, root_id, branch=row.key, name=row.name, reason=reason)
        return {"case_no": command.case_no, "key": row.key}
    rows = [one for one in branches_of(unit.connection, root_id) if one.key != row.key]
    _refuse_too_long(unit, root_id, rows, row)
    added = replace(row, state="waiting", approved_by=unit.actor.account)
    set_branch(unit, root_id, row.key, state="waiting", approved_by=unit.actor.account)
    share_with(unit, root_id, [added])
    name = departments(unit.connection)[row.department].short_name
    unit.record(ADDED, root_id, branch=row.key, name=row.name, department=row.department, department_name=name)
    facts = {"case_no": command.case_no, "branches": [added.item]}
    progress.start_beside(unit, root_id, PROCESS, facts, several=True)
    return {"case_no": command.case_no, "key": row.key}


def drop(command: DropBranch, unit: Unit) -> Mapping[str, Any]:
    """Leave out a branch that is optional or was added; what waited for nothing else goes on.

    Raises NotLead, NoReview, NotRunning, BranchMissing, NotDroppable, InvalidFields.
    """
    root_id = _lead_root(unit, command.case_no)
    row = branch_named(unit.connection, root_id, command.key)
    reason = _reason(command.reason)
    if why := own.why_not_dropped(row, branches_of(unit.connection, root_id)):
        raise own.NotDroppable(name=row.name, why=why)
    set_branch(unit, root_id, row.key, dropped_reason=reason, approved_by=unit.actor.account)
    unit.record(DROPPED, root_id, branch=row.key, name=row.name, reason=reason)
    halt(unit, root_id, row, "dropped", reason)
    settle(unit, root_id)
    return {"case_no": command.case_no, "key": row.key}


def _lead_root(unit: Unit, case_no: str) -> str:
    """Return the root of a case whose review runs and is led by the actor's department."""
    case = cases.visible_case(unit.connection, case_no, scope_of(unit.actor))
    review = review_of(unit.connection, case.root_id)
    if review is None:
        raise own.NoReview
    if review.lead not in scope_of(unit.actor).departments:
        raise own.NotLead
    if review.state != "running":
        raise own.NotRunning
    return case.root_id


def _row(unit: Unit, root_id: str, answer: Mapping[str, Any], rows: Sequence[BranchRow]) -> BranchRow:
    number = max(one.position for one in rows) + 1
    return BranchRow(
        f"added{number}", number, f"{root_id.removeprefix('case:')}-{number:02d}", answer["department"], answer["name"],
        answer["veto"], tuple(answer["depends_on"]), Decimal(str(answer["days"])), optional=True,
        materials=tuple(int(one) for one in answer["materials"]), result=answer.get("result") or None, state="proposed",
        added_reason=answer["reason"], added_by=unit.actor.account,
    )  # fmt: skip


def _refuse_too_long(unit: Unit, root_id: str, rows: Sequence[BranchRow], row: BranchRow) -> None:
    refuse_worse(unit, root_id, rows, [*rows, replace(row, state="waiting")])


def _departments(view: View) -> dict[str, str]:
    return {
        key: one.name for key, one in departments(view.connection).items() if one.kind not in ("center", "regulator")
    }


def _reason(text: str) -> str:
    told = text.strip()
    if not 2 <= len(told) <= 500:
        raise InvalidFields({"reason": "请填写理由（2至500字）"})
    return told


HANDLERS: Mapping[type[Command], Handler] = {ProposeBranch: propose, DecideBranch: decide, DropBranch: drop}
