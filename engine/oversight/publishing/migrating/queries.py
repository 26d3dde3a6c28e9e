"""Rows of batches, and the look at a case before it is moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.unit import Unit
from engine.oversight.publishing.migrating.rules import BatchMissing
from engine.oversight.publishing.migrating.tables import migration_batch, migration_case
from engine.process.bpmn.migrated import Ids


@dataclass(frozen=True)
class Batch:
    """A batch: its root, where its cases go, and why."""

    id: str
    item_code: str
    release_id: str
    ids: Ids
    reason: str


@dataclass(frozen=True)
class BatchRow:
    """One case of a batch: its place, its number, how far it is, and why it was refused."""

    number: int
    case_no: str
    state: str
    sentence: str | None


def batch_by_id(connection: Connection, id: str) -> Batch:
    """Return a batch."""
    return _batch(connection.execute(sa.select(migration_batch).where(migration_batch.c.root_id == id)).one())


def unfinished_batch(connection: Connection, release_id: str, ids: Ids, reason: str) -> Batch | None:
    """Return the newest batch that says the same and has cases left, or None: it is taken up again."""
    waiting = sa.select(migration_case.c.root_id).where(migration_case.c.state == "chosen")
    query = (
        sa.select(migration_batch)
        .where(migration_batch.c.release_id == release_id, migration_batch.c.root_id.in_(waiting))
        .order_by(migration_batch.c.started_at.desc(), migration_batch.c.root_id.desc())
    )
    found = (_batch(row) for row in connection.execute(query))
    return next((one for one in found if (one.ids, one.reason) == (ids, reason)), None)


@dataclass(frozen=True)
class Begun:
    """A batch as pages show it: when (UTC) and by whom it was chosen, and how many of its cases are in each state."""

    batch: Batch
    started_at: datetime
    started_by: str
    counts: Mapping[str, int]

    @property
    def left(self) -> int:
        """How many cases are still to be moved."""
        return self.counts.get("chosen", 0)

    @property
    def total(self) -> int:
        """How many cases were chosen."""
        return sum(self.counts.values())


def begun_batches(connection: Connection, item_code: str, *, limit: int = 50) -> list[Begun]:
    """Return the batches of an item, newest first."""
    mine = migration_batch.c.item_code == item_code
    newest = (migration_batch.c.started_at.desc(), migration_batch.c.root_id.desc())
    return _begun(connection, sa.select(migration_batch).where(mine).order_by(*newest).limit(limit))


def begun_batch(connection: Connection, id: str) -> Begun:
    """Return a batch as it stands; raise :class:`BatchMissing`."""
    found = _begun(connection, sa.select(migration_batch).where(migration_batch.c.root_id == id))
    if not found:
        raise BatchMissing(batch=id.removeprefix("migration:")[:24])
    return found[0]


def _begun(connection: Connection, query: sa.Select[Any]) -> list[Begun]:
    rows = connection.execute(query).all()
    counted = (
        sa.select(migration_case.c.root_id, migration_case.c.state, sa.func.count())
        .where(migration_case.c.root_id.in_([row.root_id for row in rows]))
        .group_by(migration_case.c.root_id, migration_case.c.state)
    )
    counts: dict[str, dict[str, int]] = {}
    for root_id, state, count in connection.execute(counted):
        counts.setdefault(root_id, {})[state] = int(count)
    return [Begun(_batch(row), row.started_at, row.started_by, counts.get(row.root_id, {})) for row in rows]


def rows_of(
    connection: Connection, batch: str, *, state: str | None = None, offset: int = 0, limit: int | None = None
) -> list[BatchRow]:
    """Return the cases of a batch in its order, all or those in ``state``; ``limit`` of them after ``offset``."""
    query = sa.select(migration_case).where(migration_case.c.root_id == batch).order_by(migration_case.c.number)
    if state is not None:
        query = query.where(migration_case.c.state == state)
    if limit is not None:
        query = query.offset(offset).limit(limit)
    return [BatchRow(row.number, row.case_no, row.state, row.sentence) for row in connection.execute(query)]


def put_batch(unit: Unit, batch: Batch, case_nos: tuple[str, ...]) -> None:
    """Insert a batch with the cases chosen for it."""
    unit.connection.execute(
        migration_batch.insert().values(
            root_id=batch.id, item_code=batch.item_code, release_id=batch.release_id, ids=batch.ids,
            reason=batch.reason, started_at=unit.now, started_by=unit.actor.account,
        )
    )  # fmt: skip
    rows = [
        {"root_id": batch.id, "number": number, "case_no": case_no, "state": "chosen"}
        for number, case_no in enumerate(case_nos, 1)
    ]
    unit.connection.execute(migration_case.insert(), rows)


def settle(unit: Unit, batch: str, state: str, *, sentence: str | None = None, **which: Any) -> bool:
    """Note how a case of the batch (``case_no`` or ``number``) came out; return False when that was noted before."""
    mine = [migration_case.c[name] == value for name, value in which.items()]
    noted = (
        migration_case.update()
        .where(migration_case.c.root_id == batch, migration_case.c.state == "chosen", *mine)
        .values(state=state, sentence=sentence, at=unit.now)
    )
    return unit.connection.execute(noted).rowcount == 1


def _batch(row: Any) -> Batch:
    return Batch(row.root_id, row.item_code, row.release_id, row.ids, row.reason)
