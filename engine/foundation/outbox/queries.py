"""Putting work into the outbox, and taking it out again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.outbox.tables import outbox
from engine.foundation.store.unit import Unit

MAX_ATTEMPTS = 8


@dataclass(frozen=True)
class Message:
    """One piece of work."""

    id: int
    root_id: str
    topic: str
    payload: Mapping[str, Any]
    attempts: int


@dataclass(frozen=True)
class Standing:
    """How the outbox stands: messages whose time has come, how long the oldest waited, and what was given up."""

    waiting: int
    oldest_seconds: float
    failed: int


def standing(connection: Connection, now: datetime) -> Standing:
    """Return how the outbox stands at ``now``."""
    waiting = (outbox.c.state == "open") & (outbox.c.wake_at <= now)
    row = connection.execute(sa.select(sa.func.count(), sa.func.min(outbox.c.wake_at)).where(waiting)).one()
    failed = connection.execute(sa.select(sa.func.count()).where(outbox.c.state == "failed")).scalar_one()
    return Standing(row[0], max(0.0, (now - row[1]).total_seconds()) if row[1] is not None else 0.0, failed)


def put(unit: Unit, topic: str, root_id: str, payload: Mapping[str, Any]) -> None:
    """Add work that a worker does once this unit has committed."""
    unit.connection.execute(
        outbox.insert().values(
            root_id=root_id, topic=topic, payload=dict(payload), state="open", wake_at=unit.now, attempts=0
        )
    )


def due(connection: Connection, now: datetime, limit: int = 50) -> list[Message]:
    """Return open messages whose time has come, oldest first, without locking them."""
    query = (
        sa.select(outbox)
        .where(outbox.c.state == "open", outbox.c.wake_at <= now)
        .order_by(outbox.c.wake_at, outbox.c.id)
        .limit(limit)
    )
    return [Message(row.id, row.root_id, row.topic, row.payload, row.attempts) for row in connection.execute(query)]


def unfinished(connection: Connection, topic: str) -> list[Message]:
    """Return all messages of ``topic`` that are not done: open ones, and those that were given up."""
    query = sa.select(outbox).where(outbox.c.topic == topic, outbox.c.state != "done").order_by(outbox.c.id)
    return [Message(row.id, row.root_id, row.topic, row.payload, row.attempts) for row in connection.execute(query)]


def failed_of(connection: Connection, root_id: str) -> list[tuple[Message, str]]:
    """Return the messages of a root that were given up, with the last error."""
    mine = (outbox.c.root_id == root_id) & (outbox.c.state == "failed")
    query = sa.select(outbox).where(mine).order_by(outbox.c.id)
    return [
        (Message(row.id, row.root_id, row.topic, row.payload, row.attempts), row.last_error or "")
        for row in connection.execute(query)
    ]


def done_among(connection: Connection, ids: Iterable[int]) -> set[int]:
    """Return which of the messages are done."""
    chosen = outbox.c.id.in_(list(ids)) & (outbox.c.state == "done")
    return set(connection.scalars(sa.select(outbox.c.id).where(chosen)))


def waking(connection: Connection, ids: Iterable[int]) -> dict[int, datetime]:
    """Return when each of the messages that are open is tried next (UTC)."""
    chosen = outbox.c.id.in_(list(ids)) & (outbox.c.state == "open")
    query = sa.select(outbox.c.id, outbox.c.wake_at).where(chosen)
    return {row.id: row.wake_at for row in connection.execute(query)}


def reopen(unit: Unit, id: int) -> bool:
    """Let a message that was given up be due at once, for one more try; return False when it was not given up."""
    again = outbox.update().where(outbox.c.id == id, outbox.c.state == "failed")
    return unit.connection.execute(again.values(state="open", wake_at=unit.now)).rowcount == 1


def mark_done(unit: Unit, id: int) -> bool:
    """Close a message in the unit that did its work; return False when another worker was quicker."""
    done = outbox.update().where(outbox.c.id == id, outbox.c.state == "open").values(state="done")
    return unit.connection.execute(done).rowcount == 1


def put_back(unit: Unit, message: Message, error: str) -> bool:
    """Note a failed try and wait longer before the next; return True when it was given up (an incident).

    A message that another worker closed meanwhile stays closed.
    """
    attempts = message.attempts + 1
    gave_up = attempts >= MAX_ATTEMPTS
    noted = (
        outbox.update()
        .where(outbox.c.id == message.id, outbox.c.state == "open")
        .values(
            attempts=attempts,
            last_error=error[:2000],
            state="failed" if gave_up else "open",
            wake_at=unit.now + timedelta(seconds=min(600, 2**attempts)),
        )
    )
    return unit.connection.execute(noted).rowcount == 1 and gave_up
