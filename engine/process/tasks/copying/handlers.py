"""抄送: sending copies, and reading them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Actor, Unit
from engine.process.tasks import queries
from engine.process.tasks.copying.commands import ReadCopies, SendCopies
from engine.process.tasks.copying.queries import mark_copies, put_copy
from engine.process.tasks.copying.rules import CopyOutOfSight, checked_receivers
from engine.process.tasks.desk import find_task
from engine.process.tasks.handing.handlers import receiver
from engine.process.tasks.handing.rules import checked_words
from engine.process.tasks.notifications.queries import notify_account
from engine.process.tasks.telling import sees

SENT = tag("task.copied", "抄送：{sender} 就“{name}”抄送 {receivers}{said}")


def send(command: SendCopies, unit: Unit) -> Mapping[str, Any]:
    """Send a copy to each receiver; all of them may see the case, or none is sent.

    Raises TaskMissing, AccountUnknown, ReceiverDisabled, CopyOutOfSight or InvalidFields.
    """
    note = checked_words("note", command.note, "附言", required=False)
    accounts = checked_receivers(command.to_accounts, unit.actor.account)
    task = find_task(unit, command.task_id)
    departments = queries.departments_at(unit.connection, task.root_id)
    others = [receiver(unit, account) for account in accounts]
    for other in others:
        if not sees(other, departments):
            raise CopyOutOfSight(who=other.name)
    said = f"：{note}" if note else ""
    for other in others:
        put_copy(unit, task, other.account, note)
        role, place = _post(other)
        sentence = f"{unit.actor.name}就“{task.name}”抄送您{said}"
        notify_account(unit, task.root_id, other.account, role, place, "copied", sentence)
    unit.record(SENT, task.root_id, task=task.id, name=task.name, sender=unit.actor.name,
                receivers="、".join(other.name for other in others), accounts=accounts, said=said)  # fmt: skip
    return {"task_id": task.id, "case_no": task.case_no, "sent": accounts}


def read(command: ReadCopies, unit: Unit) -> Mapping[str, Any]:
    """Note what the actor has read; nothing of a case changes.  Raises CopyMissing."""
    mark_copies(unit, command.ids)
    return {}


def _post(other: Actor) -> tuple[str, str]:
    """Return the first post of somebody who sees cases: in it the copy is read."""
    return other.grants[0]


HANDLERS: Mapping[type[Command], Handler] = {SendCopies: send, ReadCopies: read}
