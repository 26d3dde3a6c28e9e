"""Chasing one branch: the tasks in which it lies are urged, each on the case's file (T081)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases import queries as cases
from engine.casework.joint.changing.rules import NoReview
from engine.casework.joint.chasing.commands import ChaseBranch
from engine.casework.joint.chasing.queries import chases_of
from engine.casework.joint.chasing.rules import MOST, USUAL, NotChaseable, refuse_to_chase
from engine.casework.joint.queries import branch_named, branches_of, review_of
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.process.tasks.queries import tasks_of
from engine.process.tasks.urging.handlers import urge
from engine.registry.identity.rules import scope_of

CHASED = tag("joint.chased", "催办“{name}”（{department_name}）第 {number} 次：{text}")
"""What journals say that were written before a branch's chase was the urging of its task (``task.urged``)."""


def chase(command: ChaseBranch, unit: Unit) -> Mapping[str, Any]:
    """Urge whoever has the branch in hand, else its post; return the number of the chase and whether it was told.

    Raises NoReview, BranchMissing, ChaseNotYours, NotChaseable, UrgedEnough, InvalidFields.
    """
    root_id = cases.visible_case(unit.connection, command.case_no, scope_of(unit.actor)).root_id
    review = review_of(unit.connection, root_id)
    if review is None:
        raise NoReview
    row = branch_named(unit.connection, root_id, command.key)
    refuse_to_chase(unit.actor, review, row, branches_of(unit.connection, root_id))
    text = command.text.strip() or USUAL
    if not 2 <= len(text) <= MOST:
        raise InvalidFields({"text": f"请填写2至{MOST}字，或者不填"})
    tasks = [one for one in tasks_of(unit.connection, root_id, state="open") if one.item == row.item]
    if not tasks:
        raise NotChaseable(name=row.name, why="还没有到承办部门手中")
    told = [urge(unit, one, text, about=row.name, part=row.key)["told"] for one in tasks]
    number = len([one for one in chases_of(unit.connection, root_id) if one.key == row.key])
    return {"case_no": command.case_no, "key": row.key, "number": number, "told": any(told)}


HANDLERS: Mapping[type[Command], Handler] = {ChaseBranch: chase}
