"""Counting tries by the minute."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.portable import insert_if_missing
from engine.foundation.tries.tables import tried


@dataclass(frozen=True)
class Tries:
    """How many tries there were, and in which minute the first of them."""

    count: int
    first: datetime | None


def named(kind: str, name: str) -> str:
    """Return the name under which tries of ``kind`` by ``name`` count."""
    return f"{kind}\0{name}"


def tries_since(connection: Connection, name: str, since: datetime) -> Tries:
    """Return the tries by ``name`` in the minutes that began after ``since``."""
    mine = (tried.c.name == _digest(name)) & (tried.c.minute > since)
    query = sa.select(sa.func.coalesce(sa.func.sum(tried.c.tries), 0), sa.func.min(tried.c.minute)).where(mine)
    row = connection.execute(query).one()
    return Tries(int(row[0]), row[1])


def count_try(connection: Connection, name: str, now: datetime) -> None:
    """Count one try by ``name`` in the minute of ``now``."""
    minute = now.replace(second=0, microsecond=0)
    digest = _digest(name)
    insert_if_missing(connection, tried, {"name": digest, "minute": minute, "tries": 0})
    mine = (tried.c.name == digest) & (tried.c.minute == minute)
    connection.execute(tried.update().where(mine).values(tries=tried.c.tries + 1))


def forget_tries(connection: Connection, name: str) -> None:
    """Start again for ``name``."""
    connection.execute(tried.delete().where(tried.c.name == _digest(name)))


def drop_tries(connection: Connection, before: datetime) -> int:
    """Delete what was counted before ``before``; return how many rows."""
    return connection.execute(tried.delete().where(tried.c.minute < before)).rowcount


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
