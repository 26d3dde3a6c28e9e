"""Writes that a unit need not wait for one by one: on PostgreSQL they go out together, in one round trip.

A write put here is sent before anything else is asked of the connection and before the commit, in the order in which
it was put; so a unit always reads what it has written, and only the waiting is saved.  What fails is raised where it
is sent, by the same exception as ever.  SQLite has nothing to wait for: there a write is carried out at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

_QUEUE = "yichuang.behind"
Rows = Mapping[str, Any] | Sequence[Mapping[str, Any]]


def put(connection: Connection, statement: sa.Executable, rows: Rows) -> None:
    """Write ``rows`` by ``statement``, which gives nothing back, now or together with others."""
    queue = connection.info.get(_QUEUE)
    if queue is None:
        connection.execute(statement, rows)
    else:
        queue.append((statement, rows))


@contextmanager
def waiting(connection: Connection) -> Iterator[None]:
    """Let writes wait on this connection, and send them at the end; after an exception they are forgotten."""
    # The connection may be gone when this ends; what is known of it is held here.
    known = connection.info
    known[_QUEUE] = []
    try:
        yield
        send(connection)
    finally:
        known.pop(_QUEUE, None)


def send(connection: Connection) -> None:
    """Send every write that waits; raise what SQLAlchemy raises for the first that fails."""
    queue = connection.info.get(_QUEUE)
    if not queue:
        return
    connection.info[_QUEUE] = []
    driver: Any = connection.connection.driver_connection
    dbapi: Any = connection.dialect.dbapi
    try:
        with driver.pipeline():
            for statement, rows in queue:
                connection.execute(statement, rows)
    except dbapi.Error as error:
        gone = connection.dialect.is_disconnect(error, driver, None)
        if gone:
            connection.invalidate(error)
        raise DBAPIError.instance(
            None, None, error, dbapi.Error, hide_parameters=True, connection_invalidated=gone,
            dialect=connection.dialect,
        ) from error  # fmt: skip


def watch(engine: Engine) -> None:
    """Have every statement on ``engine`` preceded by the writes that wait."""

    def first(connection: Connection, *_: Any) -> None:
        send(connection)

    sa.event.listen(engine, "before_cursor_execute", first)
