"""The lead department confirms or adapts the plan, and the departments are asked (6.2.2, 6.1.6)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from engine.casework.cases import queries as cases
from engine.casework.cases.file.queries import materials_of
from engine.casework.cases.sharing.queries import share
from engine.casework.joint import rules
from engine.casework.joint.limits import refuse_worse
from engine.casework.joint.queries import BranchRow, begin_review, branches_of
from engine.casework.joint.running import begin, days_text
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.bpmn.releases.queries import release_at
from engine.process.tasks.registry import Act, View
from engine.process.tasks.rules import Task
from engine.registry.items.queries import item_at
from engine.registry.organisation.queries import departments
from forms import Context
from processes.joint_plan import VETO_EFFECTS, Branch, JointPlan, start_order

PLANNED = tag("joint.planned", "征求联审意见：{names}")
SHARED = tag("joint.shared", "向{department_name}共享“{branch}”需要的材料：{names}")

_HALVES = re.compile(r"[0-9]{1,2}(\.[05])?")

BRANCH_PROCESS = "joint_branch"
"""What a branch goes through; a release without it asks everybody at once."""


def prepare_plan(view: View, task: Task) -> Context:
    """List the plan's branches in the order in which they may begin; all are asked but the optional ones."""
    named = departments(view.connection)
    plan = plan_of(view, task.root_id)
    titles = {one.key: one.name for one in plan.branches}
    rows = [
        {
            "key": one.key, "name": one.name, "department_name": named[one.department].name,
            "necessity": "可选" if one.optional else "必须", "wanted": not one.optional, "days": _days(one),
            "after": "、".join(titles[key] for key in one.depends_on) or "受理后即可开始",
            "effect": VETO_EFFECTS[one.veto],
        }
        for one in in_order(plan)
    ]  # fmt: skip
    return Context(now=view.now, rows={"branches": rows})


def plan_joint(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Put down the branches that are asked, share with each department what it needs, and let the first begin.

    Returns the routing fact ``branches``: ``department/branch`` for each.  Raises NobodyAsked, InvalidFields for a
    limit that is longer than the plan's, LimitTooLong.
    """
    plan = plan_of(unit, task.root_id)
    offered = in_order(plan)
    rows = {row["key"]: row for row in answer["branches"]}
    required = [one.key for one in offered if not one.optional]
    wanted = [key for key, row in rows.items() if row.get("wanted")]
    asked = set(rules.chosen(required, [one.key for one in offered], wanted))
    adapted = [
        _row(task.root_id, number, one, asked, _adapted(one, rows[one.key]))
        for number, one in enumerate((one for one in offered if one.key in asked), 1)
    ]
    planned = [_row(task.root_id, number, one, asked, one.days) for number, one in enumerate(offered, 1)]
    refuse_worse(unit, task.root_id, [one for one in planned if one.key in asked], adapted)
    begin_review(unit, task.root_id, task.department, answer.get("note") or "", adapted)
    share_with(unit, task.root_id, adapted)
    unit.record(
        PLANNED, task.root_id, names="、".join(f"{one.name}（{days_text(one.days)}）" for one in adapted),
        branches=[one.key for one in adapted], note=answer.get("note") or "",
    )  # fmt: skip
    if not _waits(unit, task.root_id):
        # A drawing of the first kind opens the tasks of all branches at once, whatever waits for what.
        for one in branches_of(unit.connection, task.root_id):
            begin(unit, task.root_id, one)
    return {"branches": [one.item for one in adapted]}


def plan_of(view: View, root_id: str) -> JointPlan:
    """Return the plan of a joint case's item."""
    case = cases.case_by_root(view.connection, root_id)
    plan = item_at(view.connection, case.item_digest).joint_plan
    if plan is None:
        raise LookupError(f"{case.item_code} has no joint plan")
    return plan


def in_order(plan: JointPlan) -> Sequence[Branch]:
    """Return the branches so that every one comes after those it waits for."""
    named = {one.key: one for one in plan.branches}
    return [named[key] for key in start_order(plan)]


def share_with(unit: Unit, root_id: str, rows: Sequence[BranchRow]) -> None:
    """Let the department of each branch see the materials its part needs, and no others (6.1.6, T077)."""
    named, materials = departments(unit.connection), materials_of(unit.connection, root_id)
    for row in rows:
        needed = [one for one in materials if not row.materials or one.no in row.materials]
        fresh = [one for one in needed if share(unit, root_id, one.no, row.department, f"联审：{row.name}")]
        if fresh:
            unit.record(
                SHARED, root_id, department=row.department, department_name=named[row.department].name,
                branch=row.name, names="、".join(one.name for one in fresh), numbers=[one.no for one in fresh],
            )  # fmt: skip


def _row(root_id: str, number: int, one: Branch, asked: set[str], days: Decimal) -> BranchRow:
    return BranchRow(
        one.key, number, f"{root_id.removeprefix('case:')}-{number:02d}", one.department, one.name, one.veto,
        tuple(key for key in one.depends_on if key in asked), days, one.optional, one.materials, one.automatic,
        one.result,
    )  # fmt: skip


def _adapted(one: Branch, row: Mapping[str, Any]) -> Decimal:
    """Return the limit the lead gives a branch: that of the plan, or a shorter one."""
    given, planned = str(row.get("days") or _days(one)), _days(one)
    if not _HALVES.fullmatch(given):
        raise InvalidFields({"branches": f"“{one.name}”的时限请填写工作日数，如 5 或 0.5"})
    if Decimal(given) > one.days:
        told = f"“{one.name}”的时限不能长于联办计划的 {planned} 个工作日，请改短或者保持不变"
        raise InvalidFields({"branches": told})
    return Decimal(given)


def _days(one: Branch) -> str:
    return f"{one.days.normalize():f}"


def _waits(unit: Unit, root_id: str) -> bool:
    case = cases.case_by_root(unit.connection, root_id)
    return BRANCH_PROCESS in release_at(unit.connection, case.release_id).processes


ACTS = (Act("joint.plan", plan_joint, prepare_plan, part="review", facts=("branches",)),)
