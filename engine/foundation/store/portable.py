"""The few statements that both databases spell with their own class: upsert in its two forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    changed = {name: value for name, value in values.items() if name not in key}
    if connection.dialect.name == "postgresql":
        connection.execute(
            postgresql.insert(table).values(**values).on_conflict_do_update(index_elements=list(key), set_=changed)
        )
    else:
        connection.execute(
            sqlite.insert(table).values(**values).on_conflict_do_update(index_elements=list(key), set_=changed)
        )
