"""交班: handing one's tasks over, each in the journal of its case; and taking back from who may no longer work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Actor, Unit
from engine.process.tasks import queries
from engine.process.tasks.messages.queries import Receiver, post
from engine.process.tasks.notifications.queries import notify
from engine.process.tasks.passing import pass_draft
from engine.process.tasks.registry import Bindings
from engine.process.tasks.rules import Task
from engine.process.tasks.shift.commands import HandOverTasks, TakeBackTask
from engine.process.tasks.shift.queries import stranded
from engine.process.tasks.shift.rules import HandOverToSelf, NothingToHandOver, why_not
from engine.registry.identity.queries import actor_of, names_of

TAKEN_BACK = tag("task.taken_back", "{holder}的授权已到期或者账号已停用，“{name}”退回待签收（4.2.2）")
GIVEN_UP = tag("task.stood_in_over", "{holder}对{absent}的请假代理已结束，“{name}”退回待签收")
HANDED_OVER = tag("task.handed_over", "交班：“{name}”由 {giver} 交给 {taker}")


def hand_over(command: HandOverTasks, unit: Unit) -> Mapping[str, Any]:
    """Give each task the colleague may do; the others stay, with the reason (岗位, 职责分离 S1/S3).

    Raises :class:`HandOverToSelf`, :class:`NothingToHandOver` when none is in the actor's hands, AccountUnknown,
    AccountDisabled.
    """
    if command.to_account == unit.actor.account:
        raise HandOverToSelf
    other = actor_of(unit.connection, command.to_account, unit.now, channel="shift")
    unit.lock(*(task.root_id for task in queries.held_by(unit.connection, unit.actor.account)))
    held = queries.held_by(unit.connection, unit.actor.account)
    wanted = [task for task in held if not command.task_ids or task.id in command.task_ids]
    if not wanted:
        raise NothingToHandOver
    given, left = [], []
    for task in wanted:
        reason = _why_not(unit, task, other)
        if reason:
            left.append({"task_id": task.id, "name": task.name, "reason": reason})
        else:
            _give(unit, task, other)
            given.append(task)
    if given:
        _tell(unit, other, given, command.note.strip()[:500])
    return {"given": [task.id for task in given], "left": left, "to": other.account}


def take_back(command: TakeBackTask, unit: Unit) -> Mapping[str, Any]:
    """Put a task back whose holder's mandate has ended (T040); looked at again under the lock of its case."""
    task = queries.task_by_id(unit.connection, command.task_id)
    if task is None or not stranded(unit.connection, unit.now, task_id=task.id):
        return {"taken": False}
    holder = str(task.holder)
    queries.hold(unit, task, None)
    names = names_of(unit.connection, {holder, task.on_behalf or holder})
    name = names.get(holder, holder)
    said: dict[str, Any] = {"task": task.id, "name": task.name, "element": task.element}
    if task.on_behalf is None:
        unit.record(TAKEN_BACK, task.root_id, **said, holder=name)
    else:
        absent = names.get(task.on_behalf, task.on_behalf)
        unit.record(GIVEN_UP, task.root_id, **said, holder=name, absent=absent)
    sentence = f"“{task.name}”原由{name}签收，现退回待签收，请及时签收办理。"
    notify(unit, task.root_id, task.role, task.department, "taken_back", sentence)
    return {"taken": True}


def _why_not(unit: Unit, task: Task, other: Actor) -> str:
    part = unit.part(Bindings).act_of(task).part
    return why_not(task, other, part, queries.parts_played(unit.connection, task.root_id, other.person))


def _give(unit: Unit, task: Task, other: Actor) -> None:
    copied = pass_draft(unit, task, unit.actor.account, other.account)
    queries.hold(unit, task, other.account)
    unit.record(HANDED_OVER, task.root_id, task=task.id, name=task.name, element=task.element,
                giver=unit.actor.name, taker=other.name, draft=copied)  # fmt: skip


def _tell(unit: Unit, other: Actor, given: list[Task], note: str) -> None:
    words = f"{unit.actor.name}交班，交给您 {len(given)} 件待办。{note}"
    post(unit, given[0].root_id, Receiver(account=other.account), words)
