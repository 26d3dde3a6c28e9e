"""Acts of a joint case: asking the departments, their opinions in parallel, the lead's conclusion (4.2.2c, 6.2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases import queries
from engine.casework.cases.file import queries as records
from engine.casework.cases.letters import letter
from engine.casework.cases.procedures.extension import end_unanswered
from engine.casework.cases.timing import start_delivery_clock
from engine.casework.joint import rules
from engine.casework.joint.queries import BranchRow, branches_of, put_branches, set_branch
from engine.foundation.clock import CITY, city_date
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.clocks.ledgers import stop_clock
from engine.process.documents.issuing import issue
from engine.process.tasks.registry import Act, View
from engine.process.tasks.rules import Task
from engine.registry.items.queries import item_at
from engine.registry.organisation.queries import departments
from forms import Context
from processes.joint_plan import Branch, JointPlan

PLANNED = tag("joint.planned", "征求联审意见：{names}")
OPINED = tag("joint.opined", "{department}对“{name}”的意见：{conclusion_name}")
CONCLUDED = tag("joint.concluded", "牵头部门汇总联审意见：{decision_name}")

DECISIONS = {"grant": "准予", "deny": "不予"}


def prepare_plan(view: View, task: Task) -> Context:
    """List the plan's branches; all are asked unless the lead leaves out an optional one."""
    named = departments(view.connection)
    rows = [
        {
            "key": one.key, "name": one.name, "department_name": named[one.department].name,
            "necessity": "可选" if one.optional else "必须", "wanted": not one.optional,
        }
        for one in _plan(view, task).branches
    ]  # fmt: skip
    return Context(now=view.now, rows={"branches": rows})


def plan_joint(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Ask the departments; each asked branch is one task for the head of its department.

    Returns the routing fact ``branches``: ``department/branch`` for each.  Raises NobodyAsked.
    """
    plan = {one.key: one for one in _plan(unit, task).branches}
    required = [key for key, one in plan.items() if not one.optional]
    wanted = [row["key"] for row in answer["branches"] if row.get("wanted")]
    asked = [plan[key] for key in rules.chosen(required, list(plan), wanted)]
    put_branches(unit, task.root_id, [_row(number, one) for number, one in enumerate(asked, 1)])
    unit.record(PLANNED, task.root_id, names="、".join(one.name for one in asked), branches=[one.key for one in asked])
    return {"branches": [f"{one.department}/{one.key}" for one in asked]}


def give_branch_opinion(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The head speaks for the department: conclusion, opinion, basis, name and time (T042)."""
    key = (task.item or "").partition("/")[2]
    row = next(one for one in branches_of(unit.connection, task.root_id) if one.key == key)
    said = {name: answer[name] for name in ("conclusion", "opinion", "basis")}
    set_branch(
        unit, task.root_id, key, **said, representative=unit.actor.name, account=unit.actor.account, at=unit.now
    )
    records.give_opinion(
        unit, task.root_id, kind="branch_opinion", department=task.department, conclusion=answer["conclusion"],
        text=answer["opinion"], basis=answer["basis"],
    )  # fmt: skip
    named = departments(unit.connection)
    unit.record(
        OPINED, task.root_id, branch=key, name=row.name, department=named[task.department].short_name,
        conclusion=answer["conclusion"], conclusion_name=rules.CONCLUSIONS[answer["conclusion"]],
    )  # fmt: skip
    return {}


def conclude(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The lead concludes within the opinions (it cannot overrule a denial) and issues the table of opinions."""
    named = departments(unit.connection)
    said = branches_of(unit.connection, task.root_id)
    decision = answer["decision"]
    rules.refuse_overruling(
        decision, [rules.Said(named[one.department].name, one.name, one.veto, one.conclusion) for one in said]
    )
    case = queries.case_by_root(unit.connection, task.root_id)
    table = letter(
        unit, case, "joint_opinions", summary=answer["summary"],
        rows=[_line(named[one.department].short_name, one) for one in said],
    )  # fmt: skip
    document = issue(unit, task.root_id, "joint_opinions", table)
    records.give_opinion(
        unit, task.root_id, kind="decision", department=task.department, conclusion=decision,
        text=answer["summary"], basis=answer["basis"],
    )  # fmt: skip
    queries.set_case(
        unit, task.root_id, status="decided", decision=decision, decided_at=unit.now, decided_by=unit.actor.account
    )
    today = city_date(unit.now)
    end_unanswered(unit, task.root_id)
    stop_clock(unit, task.root_id, "statutory", today)
    start_delivery_clock(unit, task.root_id, today)
    unit.record(
        CONCLUDED, task.root_id, decision=decision, decision_name=DECISIONS[decision], document=document.id
    )
    return {"decision": decision}


def _plan(view: View, task: Task) -> JointPlan:
    case = queries.case_by_root(view.connection, task.root_id)
    plan = item_at(view.connection, case.item_digest).joint_plan
    if plan is None:
        raise LookupError(f"{case.item_code} has no joint plan")
    return plan


def _row(number: int, one: Branch) -> BranchRow:
    return BranchRow(one.key, number, one.department, one.name, one.veto)


def _line(department: str, one: BranchRow) -> dict[str, Any]:
    at = one.at.astimezone(CITY).strftime("%Y-%m-%d %H:%M") if one.at else ""
    return {
        "department": department, "representative": one.representative or "",
        "conclusion": rules.CONCLUSIONS[one.conclusion or "agree"], "opinion": f"{one.name}：{one.opinion or ''}",
        "basis": one.basis or "", "at": at,
    }  # fmt: skip


ACTS = (
    Act("joint.plan", plan_joint, prepare_plan, part="review", facts=("branches",)),
    Act("joint.give_opinion", give_branch_opinion, part="represent"),
    Act("joint.conclude", conclude, part="decide", facts=("decision",)),
)
"""The acts of a joint case; nobody who accepted it plans, represents or concludes (S1)."""
