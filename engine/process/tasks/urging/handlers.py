"""催办: whoever has the task in hand is told, and the urging stays on the case's file (T081, 6.2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.foundation.clock import CITY
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.process.clocks.arming import calendar_of
from engine.process.clocks.ledgers import office_hours
from engine.process.tasks import queries
from engine.process.tasks.desk import find_task, refuse_closed
from engine.process.tasks.handing.rules import checked_words
from engine.process.tasks.notifications.queries import notify, notify_account
from engine.process.tasks.registry import Bindings, View
from engine.process.tasks.rules import Task
from engine.process.tasks.urging.commands import UrgeTask
from engine.process.tasks.urging.queries import put_urge, receiver_of, urges_of
from engine.process.tasks.urging.rules import (
    MOST,
    STANDARD,
    UrgedEnough,
    UrgeNotYours,
    may_urge,
    said_since_told,
    told_again_at,
)
from engine.registry.identity.leave.queries import on_leave
from engine.registry.identity.queries import names_of
from engine.registry.identity.rules import ROLES
from engine.registry.policies.queries import figure

URGED = tag("task.urged", "催办（第 {number} 次）：{who} 催 {whom} 办理“{name}”：{text}{quiet}")


def urge_task(command: UrgeTask, unit: Unit) -> Mapping[str, Any]:
    """Urge one task.

    Raises TaskMissing, TaskDone, TaskCancelled, UrgeNotYours, UrgedEnough or InvalidFields.
    """
    text = checked_words("text", command.text, "催办的话", required=False)
    task = find_task(unit, command.task_id)
    refuse_closed(unit, task)
    refuse_to_urge(unit, task)
    return urge(unit, task, text)


def urge(unit: Unit, task: Task, text: str = "", *, about: str = "", part: str = "") -> Mapping[str, Any]:
    """Urge a task in the actor's name; its case is locked, and the caller says that it is open and who may.

    Whoever has it in hand is told: the holder, the delegate who prepares it and the substitute of one on leave; or the
    whole post.  ``about`` is what is urged in words, the task's name without it; ``part`` the key of
    the case's part for the journal.  Returns the number of the urging and whether anybody was told.

    Raises UrgedEnough.
    """
    name, said = about or task.name, text or STANDARD
    told = _tells(unit, task, name)
    number = put_urge(unit, task, said, told=told)
    whom = names_of(unit.connection, {task.holder}).get(task.holder, task.holder) if task.holder else ""
    unit.record(URGED, task.root_id, task=task.id, name=name, element=task.element, number=number,
                who=unit.actor.name, whom=whom or f"{ROLES.get(task.role, task.role)}岗位", text=said, told=told,
                quiet="" if told else "（已通知过，只记录入卷）", part=part or None)  # fmt: skip
    if told:
        _tell(unit, task, f"{unit.actor.name}催办“{name}”：{said}")
    return {"task_id": task.id, "case_no": task.case_no, "number": number, "told": told}


def _tells(unit: Unit, task: Task, name: str) -> bool:
    """Tell whether one more urging is told; raise UrgedEnough for one that would say nothing new."""
    urges, hours = urges_of(unit.connection, task.root_id, task.id), pace_of(unit, task)
    until = told_again_at(urges, task.holder, hours, calendar_of(unit), office_hours(unit.connection))
    if until is None or until <= unit.now:
        return True
    mine = said_since_told(urges, unit.actor.person)
    if len(mine) >= MOST:
        raise UrgedEnough(name=name, count=len(mine), at=_minute(mine[-1]), until=_minute(until))
    return False


def pace_of(view: View, task: Task) -> int:
    """Return after how many working hours the people of a task are told again."""
    return figure(view.connection, view.part(Bindings).act_of(task).urged_by)


def _minute(at: datetime) -> str:
    return f"{at.astimezone(CITY):%Y-%m-%d %H:%M}"


def refuse_to_urge(view: View, task: Task) -> None:
    """Raise UrgeNotYours unless the actor may urge the tasks of this case."""
    department = queries.handling(view.connection, task.root_id)
    if not may_urge(view.actor, department, receiver_of(view.connection, task.root_id)):
        raise UrgeNotYours(name=task.name)


def _tell(unit: Unit, task: Task, sentence: str) -> None:
    if task.holder is None:
        notify(unit, task.root_id, task.role, task.department, "urged", sentence)
        return
    away = on_leave(unit.connection, {task.holder}, unit.now)
    told = [task.holder, task.delegate, *(leave.substitute for leave in away.values())]
    for account in dict.fromkeys(one for one in told if one):
        notify_account(unit, task.root_id, account, task.role, task.department, "urged", sentence)


HANDLERS: Mapping[type[Command], Handler] = {UrgeTask: urge_task}
