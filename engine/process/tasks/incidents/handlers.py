"""What the house could not do by itself is told to the system administrator, who has it tried again or settles it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.journal.reasons import written_reason
from engine.foundation.journal.sealing.queries import change_head
from engine.foundation.journal.tags import sentence, tag
from engine.foundation.outbox.queries import done_among, failed_of, reopen
from engine.foundation.store.unit import Recorded, Unit
from engine.process.clocks import queries as clocks
from engine.process.tasks.incidents import queries
from engine.process.tasks.incidents.commands import IncidentCommand, ResolveIncident, RetryIncident
from engine.process.tasks.incidents.queries import Incident
from engine.process.tasks.incidents.rules import (
    DEADLINE,
    OUTBOX,
    SEAL,
    TIMER,
    IncidentMissing,
    ResolutionUnwritten,
    message_of,
    refuse_settled,
    refuse_trying,
    timer_of,
)
from engine.process.tasks.incidents.telling import title_of
from engine.process.tasks.notifications.queries import notify
from engine.process.tasks.timers import queries as timers
from engine.registry.organisation.queries import CENTER

RETRIED = tag("incident.retried", "系统管理员重试“{title}”：此前 {attempts} 次未成")
HEALED = tag("incident.healed", "系统管理员重试“{title}”时，它已不再等待，异常随之消除")
RESOLVED = tag("incident.resolved", "系统管理员人工处置“{title}”：{reason}")
ACTS = (RETRIED, HEALED, RESOLVED)
"""Events of what somebody did about an incident."""


def tell_administrator(unit: Unit, event: Recorded) -> None:
    """Notify the system administrators of an event that is an incident (a subscriber, registered by compose).

    Work that was given up in this unit becomes a row of its own, with the event's sentence.
    """
    said = sentence(event.type, event.data)
    notify(unit, event.root, "sys_admin", CENTER, "incident", said)
    for message, error in failed_of(unit.connection, event.root):
        queries.raise_incident(
            unit, f"{OUTBOX}:{message.id}", message.root_id, message.topic, f"{said}。{error}", message.attempts
        )


def heal_work(unit: Unit, event: Recorded) -> None:
    """Heal the incidents of the root about outbox work that was retried and is done by now (a subscriber)."""
    retried = [id for id in queries.retried_of(unit.connection, event.root) if id.startswith(f"{OUTBOX}:")]
    if retried:
        done = done_among(unit.connection, map(message_of, retried))
        queries.heal(unit, *(id for id in retried if message_of(id) in done))


def retry(command: RetryIncident, unit: Unit) -> Mapping[str, Any]:
    """Let what failed be due at once: the sweeper or the worker does it again, through the door as ever.

    Where nothing waits any more (the clock was met or moved, the element was left) the incident is over.
    Raises :class:`IncidentMissing`, IncidentSettled, NotTriedAgain.
    """
    one = _open(command, unit)
    refuse_trying(one.id, one.element)
    if not _again(unit, one):
        queries.settle(unit, one.id, "healed")
        unit.record(HEALED, one.root_id, **_what(unit, one))
        return {"incident": one.id, "state": "healed"}
    queries.settle(unit, one.id, "retried")
    unit.record(RETRIED, one.root_id, **_what(unit, one), attempts=one.attempts)
    return {"incident": one.id, "state": "retried"}


def resolve(command: ResolveIncident, unit: Unit) -> Mapping[str, Any]:
    """Note how somebody saw to it; a legal deadline is delivered on as ever, for it is not in anybody's hand to drop.

    Raises :class:`ResolutionUnwritten`, :class:`IncidentMissing`, IncidentSettled.
    """
    reason = written_reason(command.reason, ResolutionUnwritten)
    one = _open(command, unit)
    queries.settle(unit, one.id, "resolved", reason)
    unit.record(RESOLVED, one.root_id, **_what(unit, one), reason=reason)
    return {"incident": one.id, "state": "resolved"}


def _what(unit: Unit, one: Incident) -> dict[str, Any]:
    """Return what a line of the journal says of an incident: its id, where it arose, and that in words."""
    return {"incident": one.id, "element": one.element, "title": title_of(unit, one)}


def _again(unit: Unit, one: Incident) -> bool:
    """Let what failed be due at once; return False when it waits no longer."""
    kind, _, ref = one.id.partition(":")
    if kind == DEADLINE:
        return clocks.look_again(unit, ref)
    if kind == TIMER:
        return timers.look_again(unit, one.root_id, *timer_of(one.id))
    if kind == SEAL:
        # The sealer looks again at every round: in order, it is sealed and heals this; if not, it is told once more.
        change_head(unit.connection, refused=None, refused_at=None)
        return True
    return reopen(unit, message_of(one.id))


def _open(command: IncidentCommand, unit: Unit) -> Incident:
    one = queries.incident_by_id(unit.connection, command.incident)
    if one.root_id != command.root_id:
        raise IncidentMissing(id=command.incident)
    refuse_settled(one.id, one.state)
    return one
