"""Rows of awaited messages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.engine import Connection

from engine.foundation.store.behind import put
from engine.foundation.store.unit import Unit
from engine.process.bpmn import AwaitedMessage
from engine.process.tasks.awaited.tables import awaited_message


@dataclass(frozen=True)
class Awaited:
    """A message that a run of a root waits for; ``since`` is when it began to (UTC)."""

    root_id: str
    run: int
    task_no: int
    name: str
    key: str
    since: datetime


_SET = awaited_message.insert()
_GONE = awaited_message.delete().where(
    awaited_message.c.root_id == bindparam("of_root"),
    awaited_message.c.run == bindparam("of_run"),
    awaited_message.c.task_no == bindparam("of_no"),
)
_ORDER = (awaited_message.c.root_id, awaited_message.c.run, awaited_message.c.task_no)


def keep_awaited(unit: Unit, root_id: str, run: int, gone: Iterable[int], begun: Iterable[AwaitedMessage]) -> None:
    """Drop the rows of messages that are waited for no longer and insert those of messages that now are."""
    numbers = [{"of_root": root_id, "of_run": run, "of_no": number} for number in gone]
    if numbers:
        put(unit.connection, _GONE, numbers)
    rows = [
        {"root_id": root_id, "run": run, "task_no": one.task_no, "name": one.name, "key": one.key, "since": unit.now}
        for one in begun
    ]
    if rows:
        put(unit.connection, _SET, rows)


def awaiting(connection: Connection, name: str, key: str) -> list[Awaited]:
    """Return everything that waits for the message ``name`` under ``key``, whoever's case it is."""
    mine = (awaited_message.c.name == name) & (awaited_message.c.key == key)
    return [Awaited(*row) for row in connection.execute(sa.select(awaited_message).where(mine).order_by(*_ORDER))]


def awaited_by(connection: Connection, root_id: str) -> list[Awaited]:
    """Return what a root waits for, in the order it began to."""
    query = sa.select(awaited_message).where(awaited_message.c.root_id == root_id).order_by(*_ORDER)
    return [Awaited(*row) for row in connection.execute(query)]
