"""Messages from outside find the case that waits for them; a clerk notes the number by which one will come."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.foundation.errors import InvalidFields, Refusal, Unavailable
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import LostRace, Unit
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import newest_artifact
from engine.process.tasks import progress
from engine.process.tasks.advancing.queries import run_of
from engine.process.tasks.awaited import queries
from engine.process.tasks.awaited.commands import DeliverMessage
from engine.process.tasks.awaited.rules import MessageAmbiguous, MessageNotTaken, MessageUnexpected
from engine.process.tasks.registry import Act, View
from engine.process.tasks.rules import InstanceRow, Task
from processes.messages import MAX_FACTS, Message, load

LOG = logging.getLogger("yichuang.messages")

ARRIVED = tag("message.arrived", "收到外部消息“{title}”：{told}")
NOTED = tag("reference.noted", "登记{title} {number}")

REFERENCES: Mapping[str, str] = {"entrust": "委托编号", "payment": "缴款码", "other": "外部业务编号"}
"""What the number is called under which an outside body or system carries on the matter."""


def deliver_message(command: DeliverMessage, unit: Unit) -> Mapping[str, Any]:
    """Deliver a message to the one case that waits for it; the answer says nothing of the case.

    The case is looked up, locked, and looked up again: meanwhile another sender may have been quicker, or another case
    may have come to wait.  Raises :class:`MessageUnexpected`, :class:`MessageAmbiguous`, InvalidFields for facts that
    do not fit the message file of the case's release, and :class:`MessageNotTaken` for whatever keeps the process from
    going on: the reason is the house's own business, and stands in its log.
    """
    if len(command.facts) > MAX_FACTS:
        raise InvalidFields({"facts": f"不应超过 {MAX_FACTS} 项"})
    root_id = _the_one(unit, command)[0].root_id
    unit.lock(root_id)
    found = _the_one(unit, command)
    if found[0].root_id != root_id:
        raise LostRace
    message = message_of(unit, run_of(unit, root_id, found[0].run), command.message)
    _refuse_unfit(message, command)
    unit.record(
        ARRIVED, root_id, message=message.name, title=message.title, key=command.key,
        told=message.told(command.key, command.facts),
    )  # fmt: skip
    try:
        progress.deliver(unit, root_id, message.name, command.facts, key=command.key)
    except (LostRace, Unavailable):
        raise
    except Refusal as refusal:
        LOG.warning("%s does not take %s: %s", root_id, message.name, refusal.sentence)
        raise MessageNotTaken(message=message.name) from refusal
    return {"message": message.name}


def _the_one(unit: Unit, command: DeliverMessage) -> list[queries.Awaited]:
    """Return what waits for the message in the only case that does.

    Where there is none, or there are several, facts that fit the message as it is published now are told of first:
    otherwise facts that fit nothing would tell a guesser whether the key was right.
    """
    # No element waits for what nobody can read, and not every database could be asked for it.
    legible = command.message.isprintable() and command.key.isprintable()
    found = [
        one
        for one in (queries.awaiting(unit.connection, command.message, command.key) if legible else [])
        if _from_outside(unit, one)
    ]
    roots = {one.root_id for one in found}
    if len(roots) == 1:
        return found
    newest = newest_artifact(unit.connection, "message", command.message) if command.message.isprintable() else None
    if newest is not None:
        _refuse_unfit(load(newest), command)
    if roots:
        raise MessageAmbiguous(count=len(roots), message=command.message)
    raise MessageUnexpected(message=command.message)


def _from_outside(view: View, one: queries.Awaited) -> bool:
    """Whether what is waited for comes from outside: the release has a file of it, as of none of the house's own."""
    bundles = view.part(Bundles)
    row = run_of(view, one.root_id, one.run)
    return one.name in bundles.messages(view.connection, bundles.release(view.connection, row.release_id))


def _refuse_unfit(message: Message, command: DeliverMessage) -> None:
    wrong = message.faults(command.facts)
    if wrong:
        raise InvalidFields({f"facts.{name[:80]}": sentence for name, sentence in wrong.items()})


def message_of(view: View, row: InstanceRow, name: str) -> Message:
    """Return the message ``name`` as the release of a run has it."""
    bundles = view.part(Bundles)
    return bundles.messages(view.connection, bundles.release(view.connection, row.release_id))[name]


# What a case waits for ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wait:
    """A message that a case waits for, as its people read it: 缴费完成（缴款码 …）, since when."""

    message: str
    title: str
    key_title: str
    key: str
    since: datetime


def waits(view: View, root_id: str) -> list[Wait]:
    """Return which messages from outside a case waits for now."""
    return [_wait(view, one) for one in queries.awaited_by(view.connection, root_id) if _from_outside(view, one)]


def _wait(view: View, one: queries.Awaited) -> Wait:
    message = message_of(view, run_of(view, one.root_id, one.run), one.name)
    return Wait(one.name, message.title, message.key, one.key, one.since)


# The number by which a message will come ---------------------------------------------------------------------------


def note_reference(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep the number by which the message will find the case; the process has it as ``reference_no``."""
    kind = answer["kind"]
    unit.record(NOTED, task.root_id, kind=kind, title=REFERENCES[kind], number=answer["number"])
    return {"reference_no": answer["number"]}


ACTS = (Act("tasks.note_reference", note_reference, facts=("reference_no",), again=True),)
