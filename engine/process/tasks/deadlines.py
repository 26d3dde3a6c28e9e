"""A deadline that has come is delivered to its case: the clock boundary fires, or its ladder is climbed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.store.unit import Unit
from engine.process.clocks.ledgers import end_fired_clock
from engine.process.clocks.queries import LADDER, MAX_ATTEMPTS, failing, put_off, take_due
from engine.process.clocks.yearly.recomputing import up_to_date
from engine.process.tasks import progress
from engine.process.tasks.alarms import Alarms
from engine.process.tasks.climbing import climb
from engine.process.tasks.commands import FireDeadline, PutOffDeadline
from engine.process.tasks.incidents.queries import heal, raise_incident
from engine.process.tasks.incidents.rules import DEADLINE, limit_title, never_came
from engine.process.tasks.notifications.queries import notify
from engine.registry.organisation.queries import CENTER


def fire_deadline(command: FireDeadline, unit: Unit) -> Mapping[str, Any]:
    """Deliver the deadline if it is still open and due; what was settled meanwhile changes nothing."""
    # A date by an older calendar is counted again first: it may not be due any more.
    up_to_date(unit, command.root_id)
    due = take_due(unit, command.deadline_id)
    if due is None:
        return {"fired": False}
    if due.attempts >= MAX_ATTEMPTS:
        heal(unit, f"{DEADLINE}:{command.deadline_id}")
    listener = unit.part(Alarms).of(due.clock_id)
    if listener is not None:
        listener(unit, due)
    elif due.effect == LADDER:
        climb(unit, due.clock_id)
    else:
        row = end_fired_clock(unit, due.clock_id)
        progress.fire_clock(unit, command.root_id, str(row.boundary))
    return {"fired": True}


def put_off_deadline(command: PutOffDeadline, unit: Unit) -> Mapping[str, Any]:
    """Note that a delivery failed and look again later; after many tries it is an incident.

    The administrator is told once; the incident counts every further try.
    """
    first = put_off(unit, command.deadline_id, command.error)
    sentence = never_came(command.root_id, limit_title(command.deadline_id), command.error)
    if first:
        notify(unit, command.root_id, "sys_admin", CENTER, "incident", sentence)
    known = failing(unit.connection, command.deadline_id)
    if known is not None:
        attempts, element = known
        raise_incident(unit, f"{DEADLINE}:{command.deadline_id}", command.root_id, element, sentence, attempts)
    return {}
