"""退回 to an earlier step, and 撤回 of one's own last step; each one line of the journal that can be executed again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.journal.queries import lines_of_types, private_value
from engine.foundation.journal.reasons import written_reason
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.foundation.vault import Vault
from engine.process.bpmn import Advance, Change
from engine.process.tasks import queries
from engine.process.tasks.advancing.queries import run_of
from engine.process.tasks.desk import find_task, refuse_taking
from engine.process.tasks.handlers import COMPLETED
from engine.process.tasks.modifying import carry_out
from engine.process.tasks.notifications.queries import notify, notify_account
from engine.process.tasks.registry import Bindings
from engine.process.tasks.returning.commands import SendBack, WithdrawStep
from engine.process.tasks.returning.queries import mark_undone
from engine.process.tasks.returning.rules import NotInHand, NoWayBack, SendBackUnwritten
from engine.process.tasks.returning.tags import IN_HAND_AGAIN, SENT_BACK, WITHDRAWN
from engine.process.tasks.returning.ways import said_of, ways_back, withdrawal
from engine.process.tasks.rules import Task, task_id
from engine.process.tasks.shift.rules import why_not
from engine.process.tasks.telling import active_actor


def send_back(command: SendBack, unit: Unit) -> Mapping[str, Any]:
    """Give the task back to an earlier step; who did that step has it in hand again, if they still may.

    Raises TaskMissing, NotInHand, SendBackUnwritten, NoWayBack, and what any move of a process raises.
    """
    task = find_task(unit, command.task_id)
    if task.holder != unit.actor.account or task.state != "open":
        raise NotInHand(name=task.name)
    reason = written_reason(command.reason, SendBackUnwritten)
    ways = ways_back(unit, task)
    target = next((one for one in ways.targets if one.task.id == command.to), None)
    if target is None:
        barred = {one.id: said_of(one, why) for one, why in ways.barred}
        raise NoWayBack(name=task.name, reason=barred.get(command.to, "它不是这一环节前面办过的环节，"))
    advance = carry_out(
        unit, run_of(unit, task.root_id, task.run), target.change, SENT_BACK,
        to=target.task.name, reason=reason, task=task.id, name=task.name, element=task.element,
    )  # fmt: skip
    mark_undone(unit, task.root_id, target.undone)
    opened = _begun(unit, target.task, target.change, advance)
    said = f"“{task.name}”由 {unit.actor.name} 退回到“{target.task.name}”，理由：{reason}"
    holder = _give_back(unit, opened, str(target.task.closed_by), said)
    return {"task_id": task.id, "case_no": task.case_no, "opened": [opened.id], "holder": holder}


def withdraw_step(command: WithdrawStep, unit: Unit) -> Mapping[str, Any]:
    """Take back a step just done: what it opened goes, and it is open again with what was answered as the draft.

    Raises TaskMissing, NotYourStep, NotWithdrawable, the refusals of :func:`refuse_taking` when the actor may not do
    the step any more, and what any move of a process raises.
    """
    task = find_task(unit, command.task_id)
    found = withdrawal(unit, task)
    advance = carry_out(
        unit, run_of(unit, task.root_id, task.run), found.change, WITHDRAWN, name=task.name, task=task.id,
        element=task.element,
    )  # fmt: skip
    mark_undone(unit, task.root_id, found.undone)
    opened = _begun(unit, task, found.change, advance)
    refuse_taking(unit, opened)
    queries.hold(unit, opened, unit.actor.account)
    answer = _answered(unit, task)
    if answer is not None:
        queries.put_draft(unit, opened.id, answer)
    return {"task_id": task.id, "case_no": task.case_no, "opened": [opened.id], "holder": unit.actor.account}


def _begun(unit: Unit, before: Task, change: Change, advance: Advance) -> Task:
    """Return the task that is open now where ``before`` was done."""
    [opened] = [one for one in advance.opened if (one.process_id, one.element_id) == change.begin[0]]
    found = queries.task_by_id(unit.connection, task_id(before.root_id, before.run, opened.task_no))
    if found is None:
        raise LookupError(f"{before.root_id} did not come back to {before.element}")
    return found


def _give_back(unit: Unit, task: Task, account: str, said: str) -> str | None:
    """Put the step into the hands of who did it before, if they may take it now; tell them, or else their post."""
    who = active_actor(unit, account)
    part = unit.part(Bindings).act_of(task).part
    if who is None or why_not(task, who, part, queries.parts_played(unit.connection, task.root_id, who.person)):
        notify(unit, task.root_id, task.role, task.department, "sent_back", said)
        return None
    queries.hold(unit, task, who.account)
    unit.record(IN_HAND_AGAIN, task.root_id, task=task.id, name=task.name, element=task.element, holder=who.name)
    notify_account(unit, task.root_id, who.account, task.role, task.department, "sent_back", said)
    return who.account


def _answered(unit: Unit, task: Task) -> Mapping[str, Any] | None:
    """Return what the step was answered with; None when the values were erased: the form starts as it ever does.

    The journal keeps their digest alone; the values lie sealed beside it for as long as they may be kept.
    """
    lines = [one for one in lines_of_types(unit.connection, task.root_id, (COMPLETED,)) if one.data["task"] == task.id]
    if not lines:
        return None
    digest = lines[-1].data["answer"]["digest"]
    kept: Mapping[str, Any] | None = private_value(unit.connection, unit.part(Vault), task.root_id, digest)
    return kept


HANDLERS: Mapping[type[Command], Handler] = {SendBack: send_back, WithdrawStep: withdraw_step}
