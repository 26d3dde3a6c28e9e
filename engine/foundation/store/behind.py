"""Writes that a unit need not wait for one by one: on PostgreSQL they go out together, in one round trip.

A write put here is sent before anything else is asked of the connection and before the commit, in the order in which
it was put; so a unit always reads what it has written, and only the waiting is saved.  What fails is raised where it
is sent, by the same exception as ever.

SQLite has nothing to wait for: there a write is carried out at once.  What it costs is mostly the making of its text,
so that is made once (:func:`prepared`); it goes the same way through the connection, seen by whoever listens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import DBAPIError, StatementError

_QUEUE = "yichuang.behind"
Row = Mapping[str, Any]
Rows = Row | Sequence[Row]
Statement = sa.Insert | sa.Update | sa.Delete


def put(connection: Connection, statement: Statement, rows: Rows) -> None:
    """Write ``rows``, at least one, by ``statement``, which gives nothing back, now or together with others.

    Rows of one writing have the same names.  ``statement`` is one that is made once and kept, not for each writing.
    """
    queue = connection.info.get(_QUEUE)
    if queue is not None:
        queue.append((statement, rows))
        return
    if isinstance(rows, Mapping):
        ready = prepared(statement, tuple(rows), connection.dialect)
        connection.exec_driver_sql(ready.text, ready.values(rows))
    else:
        ready = prepared(statement, tuple(rows[0]), connection.dialect)
        connection.exec_driver_sql(ready.text, [ready.values(row) for row in rows])


@dataclass(frozen=True)
class Prepared:
    """The text of a statement in a dialect, and how a row's values become those of its places."""

    text: str
    places: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    """Name and, where the driver does not take a value as it is, what is made of it."""
    fixed: Row
    """The values of places that the statement itself gives."""

    def values(self, row: Row) -> tuple[Any, ...]:
        """Return what the driver is given for ``row``; raise StatementError when it lacks a value or cannot have it."""
        told = {**self.fixed, **row} if self.fixed else row
        try:
            return tuple(told[name] if made is None else made(told[name]) for name, made in self.places)
        except Exception as error:
            # As SQLAlchemy tells it; the values themselves are in no message.
            raise StatementError(f"a value cannot be written: {error}", self.text, None, error, True) from error


@lru_cache(maxsize=200)
def prepared(statement: Statement, names: tuple[str, ...], dialect: Dialect) -> Prepared:
    """Return ``statement`` for rows that have ``names``, ready for the driver."""
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(names))
    asked = {name: compiled.binds[name] for name in compiled.positiontup}
    return Prepared(
        text=str(compiled),
        places=tuple(
            (name, asked[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in compiled.positiontup
        ),
        fixed={name: one.value for name, one in asked.items() if not one.required and name not in names},
    )


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
