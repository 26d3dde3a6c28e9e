"""Rows of copies."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.unit import Unit
from engine.process.tasks.copying.rules import Copy, CopyMissing
from engine.process.tasks.copying.tables import case_copy
from engine.process.tasks.handing.queries import count_delegated
from engine.process.tasks.rules import Task


def put_copy(unit: Unit, one: Task, receiver: str, note: str) -> None:
    """Insert a copy for ``receiver``."""
    values = {
        "root_id": one.root_id, "task_id": one.id, "sender": unit.actor.account, "receiver": receiver, "note": note,
        "at": unit.now,
    }  # fmt: skip
    unit.connection.execute(case_copy.insert().values(**values))


def copies_to(connection: Connection, account: str, *, limit: int = 50, offset: int = 0) -> tuple[list[Copy], int]:
    """Return a page of what was sent to the account, newest first, and how many there are."""
    mine = case_copy.c.receiver == account
    query = sa.select(case_copy).where(mine).order_by(case_copy.c.at.desc(), case_copy.c.id.desc())
    total = connection.execute(sa.select(sa.func.count()).select_from(case_copy).where(mine)).scalar_one()
    return [Copy(*row) for row in connection.execute(query.offset(offset).limit(limit))], int(total)


def copies_of_task(connection: Connection, task_id: str) -> list[Copy]:
    """Return the copies that were sent from a task's page, oldest first."""
    query = sa.select(case_copy).where(case_copy.c.task_id == task_id).order_by(case_copy.c.at, case_copy.c.id)
    return [Copy(*row) for row in connection.execute(query)]


def waiting_counts(connection: Connection, account: str) -> tuple[int, int]:
    """Return how many copies the account has not read, and how many tasks it was asked to prepare: one statement."""
    unread = sa.select(sa.func.count()).select_from(case_copy)
    unread = unread.where(case_copy.c.receiver == account, case_copy.c.read_at.is_(None))
    row = connection.execute(sa.select(unread.scalar_subquery(), count_delegated(account))).one()
    return int(row[0]), int(row[1])


def mark_copies(unit: Unit, ids: tuple[int, ...]) -> None:
    """Note when the actor has read the copies; raise :class:`CopyMissing` when one is not the actor's."""
    mine = case_copy.c.id.in_(ids) & (case_copy.c.receiver == unit.actor.account)
    found = set(unit.connection.scalars(sa.select(case_copy.c.id).where(mine)))
    for id in ids:
        if id not in found:
            raise CopyMissing(id=id)
    unit.connection.execute(case_copy.update().where(mine, case_copy.c.read_at.is_(None)).values(read_at=unit.now))
