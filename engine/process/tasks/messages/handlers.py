"""Sending, reading and forgetting messages."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.foundation.vault import Vault
from engine.process.tasks.messages import queries
from engine.process.tasks.messages.commands import ForgetMessages, ReadMessages, SendMessage
from engine.process.tasks.messages.queries import Receiver
from engine.process.tasks.messages.rules import MessageCaseMissing, MessageMissing, ReceiverMissing, checked_text
from engine.process.tasks.queries import instance_of
from engine.registry.identity.queries import actor_of
from engine.registry.identity.rules import ROLES, may, scope_of
from engine.registry.organisation.queries import department_named
from engine.registry.policies.queries import policy_named

SENT = tag("message.sent", "{sender} 发出内部消息")
FORGOTTEN = tag("message.forgotten", "清理超过保存期限的内部消息 {count} 条")


def send(command: SendMessage, unit: Unit) -> Mapping[str, Any]:
    """Write a message; the journal keeps that and to whom, never what.

    Raises MessageEmpty, MessageTooLong, ReceiverMissing, MessageMissing for a reply to what the actor may not read,
    MessageCaseMissing, AccountUnknown or DepartmentUnknown.
    """
    text = checked_text(command.text)
    answered = None
    if command.reply_to:
        answered = queries.visible(unit.connection, unit.part(Vault), unit.actor, command.reply_to)
        if answered is None:
            raise MessageMissing
    to = _receiver(unit, command, answered)
    case_root = _case(unit, command.case_no) if command.case_no else answered.case_root if answered else None
    thread = _thread(unit, answered)
    id = queries.post(unit, thread, to, text, case_root=case_root, reply_to=command.reply_to or None)
    unit.record(SENT, thread, message=id, sender=unit.actor.name, to=vars(to), case=case_root)
    return {"id": id}


def read_messages(command: ReadMessages, unit: Unit) -> Mapping[str, Any]:
    """Note what the actor has read."""
    return {"read": queries.mark(unit, command.ids)}


def forget_messages(command: ForgetMessages, unit: Unit) -> Mapping[str, Any]:
    """Delete what is older than the policy ``message_retention`` (calendar days); say how many in the house's chain."""
    kept = policy_named(unit.connection, "message_retention").value
    count = queries.forget(unit, unit.now - timedelta(days=kept))
    if count:
        chain = unit.lock_or_create("message:retention", "message").id
        unit.record(FORGOTTEN, chain, count=count, days=kept)
    return {"forgotten": count}


def _receiver(unit: Unit, command: SendMessage, answered: queries.Message | None) -> Receiver:
    if command.to_account:
        who = actor_of(unit.connection, command.to_account, unit.now, channel="message")
        if not may(who, "message.send"):
            raise ReceiverMissing
        return Receiver(account=who.account)
    if command.to_role or command.to_department:
        if command.to_role not in ROLES:
            raise ReceiverMissing
        return Receiver(role=command.to_role, department=department_named(unit.connection, command.to_department).key)
    if answered is not None and answered.sender not in ("system", unit.actor.account):
        return Receiver(account=answered.sender)
    raise ReceiverMissing


def _case(unit: Unit, case_no: str) -> str:
    root_id = f"case:{case_no}"
    instance = instance_of(unit.connection, root_id)
    if instance is None or not may(unit.actor, "case.see") or not scope_of(unit.actor).covers(instance.department):
        raise MessageCaseMissing(case_no=case_no[:43])
    return root_id


def _thread(unit: Unit, answered: queries.Message | None) -> str:
    if answered is not None and answered.root_id.startswith("message:"):
        unit.lock(answered.root_id)
        return answered.root_id
    return unit.create_root(f"message:{secrets.token_hex(13)}", "message").id
