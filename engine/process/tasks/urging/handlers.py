"""催办: whoever has the task in hand is told, and the urging stays on the case's file (T081, 6.2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.clock import CITY, city_date, start_of_city_day
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.process.tasks import queries
from engine.process.tasks.desk import find_task, refuse_closed
from engine.process.tasks.handing.rules import checked_words
from engine.process.tasks.notifications.queries import notify, notify_account
from engine.process.tasks.registry import View
from engine.process.tasks.rules import Task
from engine.process.tasks.urging.commands import UrgeTask
from engine.process.tasks.urging.queries import put_urge, receiver_of, urged_since
from engine.process.tasks.urging.rules import MOST_A_DAY, STANDARD, UrgedEnough, UrgeNotYours, may_urge, tells
from engine.registry.identity.leave.queries import on_leave
from engine.registry.identity.queries import names_of
from engine.registry.identity.rules import ROLES

URGED = tag("task.urged", "催办（第 {number} 次）：{who} 催 {whom} 办理“{name}”：{text}{quiet}")


def urge_task(command: UrgeTask, unit: Unit) -> Mapping[str, Any]:
    """Urge one task.

    Raises TaskMissing, TaskDone, TaskCancelled, UrgeNotYours, UrgedEnough or InvalidFields.
    """
    text = checked_words("text", command.text, "催办的话", required=False)
    return urge(unit, find_task(unit, command.task_id), text)


def urge(unit: Unit, task: Task, text: str = "") -> Mapping[str, Any]:
    """Urge an open task in the actor's name; its case is locked.  Who has it in hand is told once a day.

    That is the holder, the delegate who prepares it and the substitute of one on leave; or the whole post.  Returns the
    number of the urging and whether anybody was told.  Raises TaskDone, TaskCancelled, UrgeNotYours or UrgedEnough.
    """
    refuse_closed(unit, task)
    refuse_to_urge(unit, task)
    today = urged_since(unit.connection, task.id, unit.actor.person, start_of_city_day(city_date(unit.now)))
    if len(today) >= MOST_A_DAY:
        at = today[-1].astimezone(CITY).strftime("%H:%M")
        raise UrgedEnough(name=task.name, count=len(today), at=at)
    said, told = text or STANDARD, tells(len(today))
    number = put_urge(unit, task, said, told=told)
    whom = names_of(unit.connection, {task.holder}).get(task.holder, task.holder) if task.holder else ""
    unit.record(URGED, task.root_id, task=task.id, name=task.name, element=task.element, number=number,
                who=unit.actor.name, whom=whom or f"{ROLES.get(task.role, task.role)}岗位", text=said, told=told,
                quiet="" if told else "（当日已提醒，只记录入卷）")  # fmt: skip
    if told:
        _tell(unit, task, f"{unit.actor.name}催办“{task.name}”：{said}")
    return {"task_id": task.id, "case_no": task.case_no, "number": number, "told": told}


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
