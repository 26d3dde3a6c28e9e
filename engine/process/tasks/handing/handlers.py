"""转办, and 委派 with its return: each in the journal of the task's case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Actor, Unit
from engine.process.tasks import queries
from engine.process.tasks.desk import find_task, note_absent, refuse_closed
from engine.process.tasks.handing.commands import DelegateTask, RecallDelegation, ReturnDelegation, TransferTask
from engine.process.tasks.handing.queries import close_delegation, delegations_of, lies_with, put_delegation
from engine.process.tasks.handing.rules import (
    Delegation,
    GivenToSelf,
    NothingDelegated,
    NotInYourHands,
    ReceiverDisabled,
    checked_words,
    innermost,
    refuse_circle,
    refuse_delegate,
    refuse_giving,
    refuse_receiver,
)
from engine.process.tasks.notifications.queries import notify_account
from engine.process.tasks.passing import pass_draft
from engine.process.tasks.registry import Bindings
from engine.process.tasks.rules import DelegatedOut, Task, prepares
from engine.registry.identity.queries import AccountDisabled, actor_of, names_of, person_behind

TRANSFERRED = tag("task.transferred", "转办：“{name}”由 {giver} 交给 {taker}（{by}）：{reason}")
DELEGATED = tag("task.delegated", "委派：{delegator} 委派 {delegate} 准备“{name}”，{holder} 仍负责办理{said}")
RETURNED = tag("task.delegation_returned", "归还委派：{delegate} 将“{name}”交回 {delegator}{said}")
RECALLED = tag("task.delegation_recalled", "收回委派：{delegator} 收回委派给 {delegate} 的“{name}”")


def transfer(command: TransferTask, unit: Unit) -> Mapping[str, Any]:
    """Give one open task to somebody who may take it, with the holder's draft as a copy; both are told.

    Raises TaskMissing, TaskDone, TaskCancelled, NotYoursToGive, DelegatedOut, AccountUnknown, ReceiverDisabled,
    AlreadyTheirs, ReceiverUnfit, or InvalidFields without a reason.
    """
    reason = checked_words("reason", command.reason, "转办的理由")
    task = find_task(unit, command.task_id)
    refuse_closed(unit, task)
    refuse_giving(task, unit.actor)
    note_absent(unit, task)
    other = receiver(unit, command.to_account)
    refuse_receiver(task, other, *_parts(unit, task, other))
    before = task.holder
    copied = before is not None and pass_draft(unit, task, before, other.account)
    queries.hold(unit, task, other.account)
    names = names_of(unit.connection, {before}) if before else {}
    giver = names.get(before or "", "本岗位（待签收）")
    by = "签收人转办" if before == unit.actor.account else f"{unit.actor.name}转办"
    unit.record(TRANSFERRED, task.root_id, task=task.id, name=task.name, element=task.element, giver=giver,
                taker=other.name, taker_account=other.account, by=by, reason=reason, draft=copied)  # fmt: skip
    _tell(unit, task, other.account, "transferred", f"{unit.actor.name}把“{task.name}”转办给您：{reason}")
    if before not in (None, unit.actor.account):
        sentence = f"“{task.name}”已由{unit.actor.name}转办给{other.name}：{reason}"
        _tell(unit, task, str(before), "transferred", sentence)
    return {"task_id": task.id, "case_no": task.case_no, "revision": task.revision + 1, "to": other.account}


def delegate(command: DelegateTask, unit: Unit) -> Mapping[str, Any]:
    """Ask a colleague to prepare the task; who was asked may ask a further one, but nobody in the chain.

    Raises TaskMissing, TaskDone, TaskCancelled, NotInYourHands, DelegatedOut, AccountUnknown, ReceiverDisabled,
    GivenToSelf, DelegationCircle, ReceiverUnfit or InvalidFields.
    """
    text = checked_words("text", command.text, "委派的要求", required=False)
    task = find_task(unit, command.task_id)
    refuse_closed(unit, task)
    _refuse_foreign(unit, task)
    note_absent(unit, task)
    rows = delegations_of(unit.connection, task.id)
    other = receiver(unit, command.to_account)
    if other.person == unit.actor.person:
        raise GivenToSelf
    names = names_of(unit.connection, {str(task.holder), *(one.delegate for one in rows)})
    refuse_circle(task, other, _chain(unit, task, rows, names))
    refuse_delegate(task, other, *_parts(unit, task, other))
    put_delegation(unit, task, len(rows) + 1, other, text)
    unit.record(DELEGATED, task.root_id, task=task.id, name=task.name, element=task.element, number=len(rows) + 1,
                delegator=unit.actor.name, delegate=other.name, delegate_account=other.account,
                holder=names.get(str(task.holder), task.holder), said=_said(text))  # fmt: skip
    _tell(unit, task, other.account, "delegated", f"{unit.actor.name}委派您准备“{task.name}”{_said(text)}")
    return {"task_id": task.id, "case_no": task.case_no, "revision": task.revision, "to": other.account}


def give_back(command: ReturnDelegation, unit: Unit) -> Mapping[str, Any]:
    """Hand what was prepared back to whoever asked for it, as a copy of the draft.

    Raises TaskMissing, TaskDone, TaskCancelled, NotInYourHands or InvalidFields.
    """
    note = checked_words("note", command.note, "归还的说明", required=False)
    task = find_task(unit, command.task_id)
    refuse_closed(unit, task)
    rows = delegations_of(unit.connection, task.id)
    last = innermost(rows)
    if last is None or not prepares(unit.actor, task):
        raise NotInYourHands(name=task.name, act="归还委派")
    if command.data is not None:
        queries.put_draft(unit, task.id, command.data)
    copied = pass_draft(unit, task, last.delegate, last.delegator)
    close_delegation(unit, last, "returned", note)
    lies_with(unit, task.id, _outer(rows, last))
    delegator = names_of(unit.connection, {last.delegator}).get(last.delegator, last.delegator)
    unit.record(RETURNED, task.root_id, task=task.id, name=task.name, element=task.element, number=last.number,
                delegate=unit.actor.name, delegator=delegator, said=_said(note), draft=copied)  # fmt: skip
    sentence = f"{unit.actor.name}已准备好“{task.name}”，归还给您{_said(note)}"
    _tell(unit, task, last.delegator, "delegation_returned", sentence)
    return {"task_id": task.id, "case_no": task.case_no, "revision": task.revision}


def recall(command: RecallDelegation, unit: Unit) -> Mapping[str, Any]:
    """Take the form back from whom the actor asked, and from whomever those asked; what they typed comes as copies.

    Raises TaskMissing, TaskDone, TaskCancelled or NothingDelegated.
    """
    task = find_task(unit, command.task_id)
    refuse_closed(unit, task)
    rows = delegations_of(unit.connection, task.id)
    mine = next((one for one in rows if one.state == "open" and one.delegator == unit.actor.account), None)
    if mine is None:
        raise NothingDelegated(name=task.name)
    note_absent(unit, task)
    names = names_of(unit.connection, {one.delegate for one in rows})
    for one in rows:
        if one.state != "open" or one.number < mine.number:
            continue
        pass_draft(unit, task, one.delegate, unit.actor.account)
        close_delegation(unit, one, "recalled")
        _tell(unit, task, one.delegate, "delegation_recalled", f"{unit.actor.name}收回了委派给您的“{task.name}”。")
    lies_with(unit, task.id, _outer(rows, mine))
    unit.record(RECALLED, task.root_id, task=task.id, name=task.name, element=task.element, number=mine.number,
                delegator=unit.actor.name, delegate=names.get(mine.delegate, mine.delegate))  # fmt: skip
    return {"task_id": task.id, "case_no": task.case_no, "revision": task.revision}


def receiver(unit: Unit, account: str) -> Actor:
    """Return who is to get something; raise AccountUnknown or :class:`ReceiverDisabled`."""
    try:
        return actor_of(unit.connection, account, unit.now, channel="handing")
    except AccountDisabled as disabled:
        raise ReceiverDisabled(account=account) from disabled


def _refuse_foreign(unit: Unit, task: Task) -> None:
    """Raise unless the form lies with the actor: in the own hands, or given to be prepared and not given on."""
    if prepares(unit.actor, task) or (task.holder == unit.actor.account and task.delegate is None):
        return
    if task.holder == unit.actor.account:
        names = names_of(unit.connection, {str(task.delegate)})
        raise DelegatedOut(name=task.name, who=names.get(str(task.delegate), task.delegate))
    raise NotInYourHands(name=task.name, act="委派")


def _chain(unit: Unit, task: Task, rows: list[Delegation], names: Mapping[str, str]) -> list[tuple[str, str]]:
    holder = str(task.holder)
    asked = [(one.person, names.get(one.delegate, one.delegate)) for one in rows if one.state == "open"]
    return [(person_behind(unit.connection, holder) or holder, names.get(holder, holder)), *asked]


def _outer(rows: list[Delegation], ended: Delegation) -> str | None:
    """Return who prepares the task once ``ended`` and all further ones are over."""
    before = innermost(one for one in rows if one.number < ended.number)
    return None if before is None else before.delegate


def _parts(unit: Unit, task: Task, other: Actor) -> tuple[str | None, frozenset[str]]:
    part = unit.part(Bindings).act_of(task).part
    return part, queries.parts_played(unit.connection, task.root_id, other.person) if part else frozenset()


def _said(text: str) -> str:
    return f"：{text}" if text else ""


def _tell(unit: Unit, task: Task, account: str, kind: str, sentence: str) -> None:
    notify_account(unit, task.root_id, account, task.role, task.department, kind, sentence)


HANDLERS: Mapping[type[Command], Handler] = {
    TransferTask: transfer,
    DelegateTask: delegate,
    ReturnDelegation: give_back,
    RecallDelegation: recall,
}
