"""Databases as wholes: what all chain heads are, a copy of one moment, and every row moved to the other database."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.errors import Conflict
from engine.foundation.store.database import Database
from engine.foundation.store.migrations import found_revision
from engine.foundation.store.migrations.making import import_all_tables
from engine.foundation.store.tables import root
from engine.foundation.store.types import METADATA

BATCH = 500
REBUILT = ("search_entry",)
"""What each database has in its own way, and is built anew from the rest."""


class TargetNotEmpty(Conflict):
    """目标数据库不是空的（{table} 已有数据），没有写入任何内容。请换一个空的数据库。"""

    code = "TARGET_NOT_EMPTY"


class CopyDiffers(Conflict):
    """复制后 {what} 与来源不一致（{source} 与 {target}），已全部撤回。请联系系统管理员。"""

    code = "COPY_DIFFERS"


@dataclass(frozen=True)
class Heads:
    """All chains of a database at one moment: how many, and one digest over the head of each."""

    roots: int
    digest: str


@dataclass(frozen=True)
class Moment:
    """A database at one moment."""

    connection: Connection
    revision: str
    snapshot: str
    """The name under which PostgreSQL shows the same moment to another program; empty on SQLite."""


def heads(connection: Connection) -> Heads:
    """Return the heads of all chains; two databases with equal ones hold the same journals."""
    # Sorted here: the two databases do not order texts alike.
    rows = sorted(tuple(row) for row in connection.execute(sa.select(root.c.id, root.c.seq, root.c.head)))
    digest = hashlib.sha256()
    for id, seq, head in rows:
        digest.update(f"{id}\0{seq}\0{head}\n".encode())
    return Heads(len(rows), digest.hexdigest())


def has_rows(connection: Connection) -> bool:
    """Tell whether anything was ever done in this database."""
    if not sa.inspect(connection).has_table(root.name):
        return False
    return connection.execute(sa.select(root.c.id).limit(1)).first() is not None


def sealed_value(connection: Connection) -> str | None:
    """Return any one value that lies sealed in a database of whatever revision, or None when nothing does."""
    import_all_tables()
    inspector = sa.inspect(connection)
    there = set(inspector.get_table_names())
    for table in METADATA.sorted_tables:
        sealed = [one for one in table.columns if one.name == "sealed" or one.name.endswith("_sealed")]
        known = {one["name"] for one in inspector.get_columns(table.name)} if sealed and table.name in there else set()
        for column in sealed:
            if column.name in known:
                query = sa.select(column).where(column.is_not(None), column != "").limit(1)
                found = connection.execute(query).scalar_one_or_none()
                if found is not None:
                    return str(found)
    return None


def is_house(connection: Connection) -> bool:
    """Tell whether the database has a schema of this program's, of whatever revision."""
    return sa.inspect(connection).has_table(root.name) and found_revision(connection) is not None


def is_bare(connection: Connection) -> bool:
    """Tell whether the database has no table at all."""
    return not sa.inspect(connection).get_table_names()


def has_anything(connection: Connection) -> str | None:
    """Return a table that already has rows, or that is not this program's; None when a house may be copied here."""
    import_all_tables()
    for name in sorted(sa.inspect(connection).get_table_names()):
        if name == "alembic_version" or name.startswith(REBUILT):
            continue
        table = METADATA.tables.get(name)
        if table is None or connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
            return name
    return None


def server_major(connection: Connection) -> int:
    """Return the major version of a PostgreSQL server; 0 for SQLite."""
    if connection.dialect.name != "postgresql":
        return 0
    return int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10000


def copy_sqlite(path: Path, to: Path) -> None:
    """Write the SQLite database at ``path`` as it is now into the new file ``to``, in one step.

    Never page by page: every write of the server would begin such a copy anew.
    """
    with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as connection:
        connection.execute("VACUUM INTO ?", (str(to),))


@contextmanager
def moment(database: Database) -> Iterator[Moment]:
    """Hold a PostgreSQL database at one moment, however long it takes to put it away."""
    with database.reading() as connection:
        # A backup may take longer than an idle transaction is allowed to.
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        snapshot = str(connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one())
        yield Moment(connection, found_revision(connection) or "", snapshot)


def copy_rows(source: Connection, target: Connection) -> dict[str, int]:
    """Move every row of ``source`` into the empty ``target``; return how many rows each table has.

    All happens in the target's one transaction: interrupted, it leaves nothing.  Raises :class:`TargetNotEmpty` and
    :class:`CopyDiffers`.
    """
    import_all_tables()
    tables = [table for table in METADATA.sorted_tables if table.name not in REBUILT]
    for table in tables:
        if target.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is not None:
            raise TargetNotEmpty(table=table.name)
    counts = {table.name: _copy_table(source, target, table) for table in tables}
    _set_sequences(target, tables)
    for name, count in counts.items():
        arrived = target.execute(sa.select(sa.func.count()).select_from(METADATA.tables[name])).scalar_one()
        if arrived != count:
            raise CopyDiffers(what=name, source=count, target=arrived)
    here, there = heads(source), heads(target)
    if here != there:
        raise CopyDiffers(what="过程记录链", source=here.digest[:12], target=there.digest[:12])
    return counts


def _copy_table(source: Connection, target: Connection, table: sa.Table) -> int:
    count, batch = 0, list[Mapping[str, Any]]()
    for row in _rows(source, table):
        batch.append(row)
        if len(batch) == BATCH:
            target.execute(table.insert(), batch)
            count, batch = count + len(batch), []
    if batch:
        target.execute(table.insert(), batch)
    return count + len(batch)


def _rows(source: Connection, table: sa.Table) -> Iterable[Mapping[str, Any]]:
    found = source.execute(sa.select(table).order_by(*table.primary_key.columns)).mappings()
    inner = [key for key in table.foreign_keys if key.column.table is table]
    if not inner:
        for row in found:
            yield dict(row)
        return
    # Rows that refer to rows of the same table come after these.
    waiting = [dict(row) for row in found]
    seen: set[Any] = {None}
    while waiting:
        ready = [row for row in waiting if all(row[key.parent.name] in seen for key in inner)]
        if not ready:
            yield from waiting
            return
        yield from ready
        seen |= {row[key.column.name] for row in ready for key in inner}
        taken = {id(row) for row in ready}
        waiting = [row for row in waiting if id(row) not in taken]


def _set_sequences(target: Connection, tables: Iterable[sa.Table]) -> None:
    if target.dialect.name != "postgresql":
        return
    for table in tables:
        column = table.autoincrement_column
        if column is None:
            continue
        named = {"table": table.name, "column": column.name}
        sequence = target.execute(sa.text("SELECT pg_get_serial_sequence(:table, :column)"), named).scalar_one()
        most = target.execute(sa.select(sa.func.max(column))).scalar_one()
        if sequence is not None and most is not None:
            target.execute(sa.text("SELECT setval(:sequence, :most)"), {"sequence": sequence, "most": most})
