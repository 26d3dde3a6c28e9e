"""The few statements that both databases spell with their own class: upsert in its two forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection


def keep_to_indexes(connection: Connection) -> None:
    """Tell PostgreSQL to reach for an index wherever there is one, for the rest of this transaction.

    A list is a short walk along an index that stops at a bound.  The planner does not know the bound of what a person
    asks, and while a table is small, or its statistics are old, it would rather read the table whole: cheap today, and
    slower with every case that comes.  SQLite walks the index anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")


def insert_if_missing(connection: Connection, table: sa.Table, values: Mapping[str, Any]) -> bool:
    """Insert ``values``; return False when a row with the same key was already there."""
    # The number of rows is not asked of the driver: with an implicit RETURNING it may not know it.
    key = next(iter(table.primary_key.columns))
    if connection.dialect.name == "postgresql":
        inserted = postgresql.insert(table).values(**values).on_conflict_do_nothing().returning(key)
        return connection.execute(inserted).first() is not None
    row = sqlite.insert(table).values(**values).on_conflict_do_nothing().returning(key)
    return connection.execute(row).first() is not None


def insert_or_update(connection: Connection, table: sa.Table, values: Mapping[str, Any], key: Sequence[str]) -> None:
    """Insert ``values``, or set them on the row whose ``key`` columns are equal."""
    connection.execute(_upsert(connection.dialect.name, table, tuple(values), tuple(key)), values)


def insert_or_add(
    connection: Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]], added: Sequence[str]
) -> None:
    """Insert ``rows`` of the same columns; where one with the same primary key is, its ``added`` columns grow."""
    if rows:
        connection.execute(_adding(connection.dialect.name, table, tuple(rows[0]), tuple(added)), list(rows))


@cache
def _adding(dialect: str, table: sa.Table, names: tuple[str, ...], added: tuple[str, ...]) -> sa.Executable:
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    made = insert(table).values({name: sa.bindparam(name, type_=table.c[name].type) for name in names})
    grown = {name: table.c[name] + made.excluded[name] for name in added}
    return made.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=grown)


@cache
def _upsert(dialect: str, table: sa.Table, names: tuple[str, ...], key: tuple[str, ...]) -> sa.Executable:
    """Return the statement; it is made once for each table and set of columns, which costs more than to send it."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    made = insert(table).values({name: sa.bindparam(name, type_=table.c[name].type) for name in names})
    changed = {name: made.excluded[name] for name in names if name not in key}
    return made.on_conflict_do_update(index_elements=list(key), set_=changed)
