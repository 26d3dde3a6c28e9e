"""Claiming, releasing, drafting and completing tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import forms
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.tasks import progress, queries
from engine.process.tasks.commands import ClaimTask, CompleteTask, MarkRead, ReleaseTask, SaveDraft
from engine.process.tasks.countersigning.handlers import refuse_unsigned
from engine.process.tasks.desk import find_task, note_absent, pinned_form, refuse_filling, refuse_taking
from engine.process.tasks.notifications.queries import mark_read
from engine.process.tasks.passing import pass_draft
from engine.process.tasks.registry import Bindings
from engine.process.tasks.rules import Task, TaskNotHeld, refuse_stale, task_id

CLAIMED = tag("task.claimed", "签收“{name}”")
RELEASED = tag("task.released", "退回“{name}”待签收")
COMPLETED = tag("task.completed", "办理“{name}”")


def claim(command: ClaimTask, unit: Unit) -> Mapping[str, Any]:
    """Take the task; a second claim by the same account changes nothing."""
    task = find_task(unit, command.task_id)
    refuse_taking(unit, task)
    taken = task.holder != unit.actor.account
    if taken:
        if unit.on_behalf is not None and task.holder == unit.on_behalf.account:
            pass_draft(unit, task, task.holder, unit.actor.account)
        queries.hold(unit, task, unit.actor.account)
        unit.record(CLAIMED, task.root_id, task=task.id, name=task.name, element=task.element)
    revision = task.revision + 1 if taken else task.revision
    return {"task_id": task.id, "case_no": task.case_no, "revision": revision}


def release(command: ReleaseTask, unit: Unit) -> Mapping[str, Any]:
    """Put one's own task back; raise :class:`TaskNotHeld` when it is not in one's hands."""
    task = find_task(unit, command.task_id)
    if task.holder != unit.actor.account or task.state != "open":
        raise TaskNotHeld(name=task.name)
    note_absent(unit, task)
    queries.hold(unit, task, None)
    unit.record(RELEASED, task.root_id, task=task.id, name=task.name, element=task.element)
    return {"task_id": task.id, "case_no": task.case_no, "revision": task.revision + 1}


def save_draft(command: SaveDraft, unit: Unit) -> Mapping[str, Any]:
    """Keep what the actor typed; it is not journalled, for nothing of the case has changed."""
    task = find_task(unit, command.task_id)
    refuse_filling(unit, task)
    data = _filled(unit, task, command.data) if command.partial else command.data
    queries.put_draft(unit, task.id, data)
    return {"task_id": task.id, "case_no": task.case_no, "revision": task.revision}


def complete(command: CompleteTask, unit: Unit) -> Mapping[str, Any]:
    """Check the answer against the pinned form, carry out the task's act and move the process.

    Raises the refusals of :func:`refuse_to_take`, those of :func:`refuse_unsigned`, :class:`StaleForm`, and
    :class:`InvalidFields` with a sentence for each field; an act may refuse for reasons of its own.
    """
    task = find_task(unit, command.task_id)
    refuse_taking(unit, task)
    refuse_unsigned(unit, task)
    refuse_stale(task, command.revision)
    act = unit.part(Bindings).act_of(task)
    answer = _checked(unit, task, _filled(unit, task, command.answer) if command.partial else command.answer)
    unit.record(
        COMPLETED, task.root_id, task=task.id, name=task.name, element=task.element, private={"answer": dict(answer)}
    )
    facts = act.carry_out(unit, task, answer)
    if act.part is not None:
        queries.play_part(unit, task.root_id, act.part)
    advance = progress.complete(unit, task, facts, take=task.holder != unit.actor.account)
    return {
        "task_id": task.id,
        "case_no": task.case_no,
        "opened": [task_id(task.root_id, task.run, one.task_no) for one in advance.opened],
    }


def _filled(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Fill a partial answer in the unit, so that a repeated request still carries the same command."""
    return forms.read_json(pinned_form(unit, task), answer, unit.part(Bindings).act_of(task).prepare(unit, task))


def _checked(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    context = unit.part(Bindings).act_of(task).prepare(unit, task)
    checked = forms.validate(pinned_form(unit, task), answer, context)
    if checked.errors:
        raise InvalidFields(dict(checked.errors))
    return checked.data


def read_notifications(command: MarkRead, unit: Unit) -> Mapping[str, Any]:
    """Note what the actor has read; nothing of a case changes."""
    mark_read(unit, command.ids)
    return {}
