"""Rows of incidents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.portable import insert_if_missing
from engine.foundation.store.unit import Unit
from engine.process.tasks.incidents.rules import IncidentMissing
from engine.process.tasks.incidents.tables import incident

MOST = 10_000
"""A list is counted and paged as far as this; beyond it a page says “10000+”."""


@dataclass(frozen=True)
class Incident:
    """An incident: what failed in which root, how often, and since when (UTC)."""

    id: str
    root_id: str
    element: str
    sentence: str
    attempts: int
    since: datetime
    state: str
    reason: str | None
    settled_at: datetime | None
    settled_by: str | None


def incidents(connection: Connection, *, all_states: bool = False, limit: int = 1000) -> list[Incident]:
    """Return the open incidents, the longest waiting first; with ``all_states`` the settled ones too."""
    query = sa.select(incident).order_by(incident.c.since, incident.c.id).limit(limit)
    if not all_states:
        query = query.where(incident.c.state == sa.literal_column("'open'"))
    return [Incident(*row) for row in connection.execute(query)]


def listed(
    connection: Connection, *, state: str = "", find: str = "", offset: int = 0, limit: int = 50
) -> tuple[list[Incident], int]:
    """Return a page of the incidents, and how many there are (beyond ``MOST``: more).

    The open ones come first, the longest waiting at the top; then the others, the last one settled at the top.
    ``state`` is one of rules.STATES; ``find`` a part of the number of the case, or of whatever else failed.
    """
    chosen = [] if not state else [incident.c.state == state]
    if find:
        chosen.append(incident.c.root_id.contains(find, autoescape=True))
    some = sa.select(incident.c.id).where(*chosen).limit(MOST + 1).subquery()
    total = int(connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one())
    open = incident.c.state == "open"
    order = (
        sa.case((open, 0), else_=1), sa.case((open, incident.c.since)), incident.c.settled_at.desc(), incident.c.id
    )  # fmt: skip
    query = sa.select(incident).where(*chosen).order_by(*order).offset(offset).limit(max(0, min(limit, MOST - offset)))
    return [Incident(*row) for row in connection.execute(query)], total


def count_open(connection: Connection) -> int:
    """Return how many incidents nobody has seen to yet."""
    open = incident.c.state == sa.literal_column("'open'")
    return int(connection.execute(sa.select(sa.func.count()).where(open)).scalar_one())


def roots_with(connection: Connection, root_ids: Iterable[str]) -> set[str]:
    """Return which of the roots have incidents, settled or not."""
    return set(connection.scalars(sa.select(incident.c.root_id).where(incident.c.root_id.in_(list(root_ids)))))


def incident_by_id(connection: Connection, id: str) -> Incident:
    """Return an incident; raise :class:`IncidentMissing`."""
    row = connection.execute(sa.select(incident).where(incident.c.id == id)).one_or_none()
    if row is None:
        raise IncidentMissing(id=id[:160])
    return Incident(*row)


def is_known(connection: Connection, id: str, sentence: str = "") -> bool:
    """Tell whether there is such an incident that is not over by itself; with ``sentence``, one that says just that."""
    query = sa.select(incident.c.id).where(incident.c.id == id, incident.c.state != "healed")
    if sentence:
        query = query.where(incident.c.state != "retried", incident.c.sentence == sentence[:2000])
    return connection.execute(query).first() is not None


def retried_of(connection: Connection, root_id: str) -> list[str]:
    """Return the ids of the root's incidents that were retried and of which nothing more is known."""
    chosen = (incident.c.root_id == root_id) & (incident.c.state == "retried")
    return list(connection.scalars(sa.select(incident.c.id).where(chosen).order_by(incident.c.id)))


def raise_incident(unit: Unit, id: str, root_id: str, element: str, sentence: str, attempts: int) -> None:
    """Insert an incident, or note one more failure of it.

    What was retried in vain, or came through and has failed anew, is open again; what somebody has settled by hand
    stays settled.
    """
    values: dict[str, Any] = {
        "id": id, "root_id": root_id, "element": element[:80], "sentence": sentence[:2000], "attempts": attempts,
        "since": unit.now, "state": "open",
    }  # fmt: skip
    if insert_if_missing(unit.connection, incident, values):
        return
    said = {"sentence": values["sentence"], "attempts": attempts}
    one = incident.update().where(incident.c.id == id)
    again = one.where(incident.c.state.in_(("retried", "healed")))
    unit.connection.execute(again.values(state="open", since=unit.now, settled_at=None, settled_by=None, **said))
    unit.connection.execute(one.where(incident.c.attempts < attempts).values(**said))


def settle(unit: Unit, id: str, state: str, reason: str | None = None) -> None:
    """Note what became of an incident."""
    values = {"state": state, "reason": reason, "settled_at": unit.now, "settled_by": unit.actor.account}
    unit.connection.execute(incident.update().where(incident.c.id == id).values(**values))


def heal(unit: Unit, *ids: str) -> None:
    """Note that what had failed came through after all, or waits no longer; what never was an incident is left out."""
    waiting = incident.c.state.in_(("open", "retried"))
    values = {"state": "healed", "settled_at": unit.now, "settled_by": unit.actor.account}
    unit.connection.execute(incident.update().where(incident.c.id.in_(ids), waiting).values(**values))
