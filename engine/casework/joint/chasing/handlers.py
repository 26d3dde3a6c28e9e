"""Chasing one branch: whoever has it in hand is told, and it is put down (T081)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases import queries as cases
from engine.casework.joint.changing.rules import NoReview
from engine.casework.joint.chasing.commands import ChaseBranch
from engine.casework.joint.chasing.queries import chases_of, put_chase
from engine.casework.joint.chasing.rules import MOST, USUAL, Chase, refuse_to_chase
from engine.casework.joint.queries import BranchRow, branch_named, branches_of, review_of
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.process.clocks.arming import calendar_of
from engine.process.clocks.ledgers import office_hours
from engine.process.tasks.notifications.queries import notify, notify_account
from engine.process.tasks.queries import tasks_of
from engine.process.tasks.rules import Task
from engine.registry.identity.rules import scope_of
from engine.registry.organisation.queries import departments

CHASED = tag("joint.chased", "催办“{name}”（{department_name}）第 {number} 次：{text}")


def chase(command: ChaseBranch, unit: Unit) -> Mapping[str, Any]:
    """Tell whoever has the branch in hand, else its post, and put it down with its number.

    Raises NoReview, BranchMissing, ChaseNotYours, NotChaseable, ChasedLately, InvalidFields.
    """
    root_id = cases.visible_case(unit.connection, command.case_no, scope_of(unit.actor)).root_id
    review = review_of(unit.connection, root_id)
    if review is None:
        raise NoReview
    row = branch_named(unit.connection, root_id, command.key)
    before = [one for one in chases_of(unit.connection, root_id) if one.key == row.key]
    refuse_to_chase(
        unit.actor, review, row, branches_of(unit.connection, root_id), before[-1] if before else None, unit.now,
        calendar_of(unit), office_hours(unit.connection),
    )  # fmt: skip
    text = command.text.strip() or USUAL
    if not 2 <= len(text) <= MOST:
        raise InvalidFields({"text": f"请填写2至{MOST}字，或者不填"})
    number = len(before) + 1
    told = _tell(unit, root_id, row, f"牵头部门第 {number} 次催办“{row.name}”：{text}")
    put_chase(unit, root_id, Chase(row.key, number, text, told, unit.actor.account, unit.now))
    name = departments(unit.connection)[row.department].short_name
    unit.record(
        CHASED, root_id, branch=row.key, name=row.name, department=row.department, department_name=name, number=number,
        text=text, told=list(told),
    )  # fmt: skip
    return {"case_no": command.case_no, "key": row.key, "number": number}


def _tell(unit: Unit, root_id: str, row: BranchRow, sentence: str) -> tuple[str, ...]:
    """Tell each holder of the branch's open tasks, or the post that has not taken it; return who was told."""
    tasks = [one for one in tasks_of(unit.connection, root_id, state="open") if one.item == row.item]
    for one in tasks:
        if one.holder:
            notify_account(unit, root_id, one.holder, one.role, one.department, "chase", sentence)
        else:
            notify(unit, root_id, one.role, one.department, "chase", sentence)
    if not tasks:
        notify(unit, root_id, "dept_reviewer", row.department, "chase", sentence)
    return tuple(_name(one) for one in tasks) or (f"dept_reviewer@{row.department}",)


def _name(one: Task) -> str:
    return one.holder or f"{one.role}@{one.department}"


HANDLERS: Mapping[type[Command], Handler] = {ChaseBranch: chase}
