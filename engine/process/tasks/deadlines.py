"""A deadline that has come is delivered to its case: the clock boundary fires, or people are reminded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.store.unit import Unit
from engine.process.clocks.arming import due_text
from engine.process.clocks.ledgers import end_fired_clock, note_overdue, note_reminder
from engine.process.clocks.queries import MAX_ATTEMPTS, Card, ClockRow, failing, give_card, put_off, take_due
from engine.process.clocks.rules import COUNTED, KINDS
from engine.process.clocks.yearly.recomputing import up_to_date
from engine.process.tasks import progress, queries
from engine.process.tasks.alarms import Alarms
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
    elif due.effect == "reminder":
        _remind(unit, note_reminder(unit, due.clock_id))
    elif due.effect == "overdue":
        _tell_overdue(unit, note_overdue(unit, due.clock_id))
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


def _remind(unit: Unit, row: ClockRow) -> None:
    """Tell everybody whose task is open in the case, and the supervisor (电子监察: 到期前1个工作日提示).

    The limits of the whole case also get a yellow card (T079).
    """
    sentence = f"{row.title}将于 {due_text(row)} 届满，请及时办理。"
    waiting = {(task.role, task.department) for task in queries.tasks_of(unit.connection, row.root_id, state="open")}
    for role, place in sorted(waiting | {("supervisor", CENTER)}):
        notify(unit, row.root_id, role, place, "reminder", sentence)
    if row.kind in COUNTED:
        _give(unit, row, "yellow", "EM-NEAR", sentence)


def _tell_overdue(unit: Unit, row: ClockRow) -> None:
    """Tell, once, those whom the clock names, and the supervisor; an approved extension gives no card (6.2.1, T079)."""
    card = KINDS[row.kind].card
    late = f"{row.title}已于 {due_text(row)} 届满"
    sentence = f"{late}，已批准延期（{row.excused}），不计超期。" if row.excused else f"{late}，尚未办结，请立即办理。"
    told = {(role, _place(unit, row, place)) for role, place in row.overdue}
    for role, place in sorted(told | {("supervisor", CENTER)}):
        notify(unit, row.root_id, role, place, "overdue", sentence)
    if card is not None and not row.excused:
        _give(unit, row, card, "EM-OVERDUE", sentence)


def _give(unit: Unit, row: ClockRow, level: str, rule: str, sentence: str) -> None:
    party = _place(unit, row, KINDS[row.kind].party)
    give_card(unit, Card(row.root_id, row.id, level, party, rule, sentence, unit.now))


def _place(unit: Unit, row: ClockRow, place: str) -> str:
    """Return the department that handles the root for ``department``, or the place itself."""
    runs = queries.instances_of(unit.connection, row.root_id) if place == "department" else []
    return runs[0].department if runs else CENTER if place == "department" else place
