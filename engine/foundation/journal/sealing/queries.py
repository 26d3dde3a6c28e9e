"""The rows of the log: read, and written by whoever holds its one row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.journal.sealing.merkle import EMPTY, leaf_hash
from engine.foundation.journal.sealing.tables import log_checkpoint, log_head, log_leaf, log_tile, seal_queue
from engine.foundation.journal.tables import journal_line
from engine.foundation.store.portable import insert_if_missing, insert_or_update
from engine.foundation.store.tables import root

ONLY = 1
COUNTED = 100_000
"""Waiting chains are counted as far as this."""
CHUNK = 2000


@dataclass(frozen=True)
class Head:
    """The log as it stands."""

    origin: str
    key: str
    size: int
    hash: str
    at: datetime
    refused: str | None
    refused_at: datetime | None


class Leaf(NamedTuple):
    """One leaf: in the chain of ``root_id`` the line ``seq`` had the digest ``head``."""

    position: int
    root_id: str
    seq: int
    head: str

    @property
    def hash(self) -> bytes:
        """The hash of the leaf.

        Its text is of lines, the root's id before two that have no line ends: no two leaves have the same.
        """
        return leaf_hash(f"yichuang.head.1\n{self.root_id}\n{self.seq}\n{self.head}\n".encode())


@dataclass(frozen=True)
class Kept:
    """A checkpoint as its row has it."""

    size: int
    hash: str
    at: datetime
    note: str


# The one row -----------------------------------------------------------------------------------------------------

_HEAD = sa.select(*(one for one in log_head.c if one.name != "id")).where(log_head.c.id == ONLY)


def head_of_log(connection: Connection) -> Head | None:
    """Return the log as it stands, or None before the first seal."""
    row = connection.execute(_HEAD).one_or_none()
    return None if row is None else Head(*row)


def locked_head(connection: Connection) -> Head | None:
    """Return the log, locked for whoever seals; None when another seals just now, or there is none yet."""
    row = connection.execute(_HEAD.with_for_update(skip_locked=True)).one_or_none()
    return None if row is None else Head(*row)


def begin_log(connection: Connection, origin: str, at: datetime) -> bool:
    """Make the empty log called ``origin``; return False when it is there already."""
    empty = {"id": ONLY, "origin": origin, "key": "", "size": 0, "hash": EMPTY.hex(), "at": at}
    return insert_if_missing(connection, log_head, empty)


def change_head(connection: Connection, **values: Any) -> None:
    """Set columns of the log's one row."""
    connection.execute(log_head.update().where(log_head.c.id == ONLY).values(**values))


# What waits ------------------------------------------------------------------------------------------------------


def next_heads(connection: Connection, limit: int) -> tuple[list[tuple[str, int, str]], list[tuple[str, int]]]:
    """Return the newest (root, seq, digest) of each chain among the next ``limit`` rows that wait, and those rows.

    A row whose line is gone is left where it is: the check of the chains tells of it, and no other chain waits for it.
    """
    there = (journal_line.c.root_id == seal_queue.c.root_id) & (journal_line.c.seq == seal_queue.c.seq)
    query = (
        sa.select(seal_queue.c.root_id, seal_queue.c.seq, journal_line.c.hash)
        .join(journal_line, there)
        # In this order, so that of one chain nothing older comes after something newer.
        .order_by(seal_queue.c.root_id, seal_queue.c.seq)
        .limit(limit)
    )
    rows = [(row.root_id, row.seq, row.hash) for row in connection.execute(query)]
    newest = {root_id: (root_id, seq, hash) for root_id, seq, hash in rows}
    return list(newest.values()), [(root_id, seq) for root_id, seq, _ in rows]


def take_away(connection: Connection, rows: Sequence[tuple[str, int]]) -> None:
    """Delete rows that wait no longer."""
    connection.execute(_TAKE, [{"of_root": root_id, "of_seq": seq} for root_id, seq in rows])


_TAKE = seal_queue.delete().where(
    seal_queue.c.root_id == sa.bindparam("of_root"), seal_queue.c.seq == sa.bindparam("of_seq")
)


def let_wait(connection: Connection, rows: Iterable[tuple[str, int]]) -> None:
    """Let heads wait to be sealed."""
    for root_id, seq in rows:
        insert_if_missing(connection, seal_queue, {"root_id": root_id, "seq": seq})


def any_waiting(connection: Connection) -> bool:
    """Tell whether any head waits to be sealed."""
    return connection.execute(sa.select(seal_queue.c.root_id).limit(1)).first() is not None


def count_waiting(connection: Connection) -> int:
    """Return how many chains wait to be sealed, counted up to :data:`COUNTED` rows."""
    some = sa.select(seal_queue.c.root_id).limit(COUNTED).subquery()
    return int(connection.execute(sa.select(sa.func.count(sa.distinct(some.c.root_id)))).scalar_one())


def oldest_waiting(connection: Connection) -> datetime | None:
    """Return when the oldest line that waits to be sealed was written, of the first thousand; None when none does."""
    there = (journal_line.c.root_id == seal_queue.c.root_id) & (journal_line.c.seq == seal_queue.c.seq)
    some = sa.select(journal_line.c.at).select_from(seal_queue.join(journal_line, there)).limit(1000).subquery()
    found: datetime | None = connection.execute(sa.select(sa.func.min(some.c.at, type_=some.c.at.type))).scalar_one()
    return found


def newest_sealed(connection: Connection, root_ids: Iterable[str]) -> dict[str, int]:
    """Return the newest sealed line of each of the chains that have one."""
    query = sa.select(log_leaf.c.root_id, sa.func.max(log_leaf.c.seq).label("seq"))
    query = query.where(log_leaf.c.root_id.in_(list(root_ids))).group_by(log_leaf.c.root_id)
    return {row.root_id: row.seq for row in connection.execute(query)}


# Leaves, tiles, checkpoints --------------------------------------------------------------------------------------

_LEAF = (log_leaf.c.position, log_leaf.c.root_id, log_leaf.c.seq, log_leaf.c.head)


def add_leaves(connection: Connection, leaves: Sequence[Leaf]) -> None:
    """Add leaves."""
    rows = [{"position": one.position, "root_id": one.root_id, "seq": one.seq, "head": one.head} for one in leaves]
    connection.execute(log_leaf.insert(), rows)


def leaves_from(connection: Connection, begin: int, end: int | None = None) -> Iterator[Leaf]:
    """Yield the leaves from the position ``begin`` up to ``end`` (all when None), in order."""
    query = sa.select(*_LEAF).where(log_leaf.c.position >= begin).order_by(log_leaf.c.position)
    if end is not None:
        query = query.where(log_leaf.c.position < end)
    with connection.execute(query, execution_options={"yield_per": CHUNK}) as found:
        # Row by row, PostgreSQL would be asked again and again.
        for rows in found.partitions():
            yield from map(Leaf._make, rows)


def leaves_of(connection: Connection, root_id: str) -> list[Leaf]:
    """Return the leaves of one chain, in order."""
    query = sa.select(*_LEAF).where(log_leaf.c.root_id == root_id).order_by(log_leaf.c.seq)
    return [Leaf(*row) for row in connection.execute(query)]


def tile_at(connection: Connection, level: int, position: int) -> bytes:
    """Return the hashes of a tile; nothing when there is none."""
    mine = (log_tile.c.level == level) & (log_tile.c.position == position)
    found = connection.execute(sa.select(log_tile.c.hashes).where(mine)).scalar_one_or_none()
    return b"" if found is None else bytes(found)


def put_tile(connection: Connection, level: int, position: int, hashes: bytes) -> None:
    """Write the hashes of a tile."""
    values = {"level": level, "position": position, "hashes": hashes}
    insert_or_update(connection, log_tile, values, ["level", "position"])


def add_checkpoint(connection: Connection, one: Kept) -> None:
    """Add a checkpoint."""
    connection.execute(log_checkpoint.insert().values(size=one.size, hash=one.hash, at=one.at, note=one.note))


_KEPT = sa.select(log_checkpoint.c.size, log_checkpoint.c.hash, log_checkpoint.c.at, log_checkpoint.c.note)


def last_checkpoint(connection: Connection) -> Kept | None:
    """Return the newest checkpoint."""
    row = connection.execute(_KEPT.order_by(log_checkpoint.c.size.desc()).limit(1)).one_or_none()
    return None if row is None else Kept(*row)


def checkpoints_after(connection: Connection, size: int, limit: int | None = None) -> list[Kept]:
    """Return the checkpoints of more than ``size`` leaves, in order."""
    query = _KEPT.where(log_checkpoint.c.size > size).order_by(log_checkpoint.c.size)
    return [Kept(*row) for row in connection.execute(query if limit is None else query.limit(limit))]


# The chains beside them ------------------------------------------------------------------------------------------


def roots_after(connection: Connection, after: str, prefix: str, limit: int) -> list[tuple[str, int, str]]:
    """Return the next ``limit`` (id, seq, head) of the roots that begin with ``prefix``, in the database's order."""
    query = sa.select(root.c.id, root.c.seq, root.c.head).where(root.c.id > after)
    if prefix:
        query = query.where(root.c.id.startswith(prefix, autoescape=True))
    return [tuple(row) for row in connection.execute(query.order_by(root.c.id).limit(limit))]


def root_itself(connection: Connection, id: str) -> list[tuple[str, int, str]]:
    """Return (id, seq, head) of one root, as :func:`roots_after` does."""
    query = sa.select(root.c.id, root.c.seq, root.c.head).where(root.c.id == id)
    return [tuple(row) for row in connection.execute(query)]


def leaves_between(connection: Connection, first: str, last: str) -> list[tuple[str, int, str]]:
    """Return (root, seq, digest) of the leaves of the chains from ``first`` to ``last``."""
    inside = log_leaf.c.root_id.between(first, last)
    rows = connection.execute(sa.select(log_leaf.c.root_id, log_leaf.c.seq, log_leaf.c.head).where(inside))
    return [tuple(row) for row in rows]


def waiting_between(connection: Connection, first: str, last: str) -> set[tuple[str, int]]:
    """Return (root, seq) of what waits to be sealed of the chains from ``first`` to ``last``."""
    rows = connection.execute(sa.select(seal_queue).where(seal_queue.c.root_id.between(first, last)))
    return {(row.root_id, row.seq) for row in rows}


def _time_as_text(dialect: str) -> sa.ColumnElement[str]:
    """Return the time of a line as its text has it: PostgreSQL writes it quicker than Python; SQLite holds it so."""
    if dialect == "postgresql":
        pattern: sa.ColumnElement[str] = sa.literal_column("'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'")
        return sa.func.to_char(sa.func.timezone(sa.literal_column("'UTC'"), journal_line.c.at), pattern)
    return sa.type_coerce(journal_line.c.at, sa.String)


def lines_between(connection: Connection, first: str, last: str) -> Iterator[Sequence[Any]]:
    """Yield the lines of the chains from ``first`` to ``last``, chain by chain, as they lie there.

    A row is root, seq, type, time, account, command key, body, hash; the time may be no time any more.
    """
    inside = journal_line.c.root_id.between(first, last)
    line = journal_line.c
    query = sa.select(
        line.root_id, line.seq, line.type, _time_as_text(connection.dialect.name), line.account, line.command_key,
        line.body, line.hash,
    ).where(inside).order_by(line.root_id, line.seq)  # fmt: skip
    with connection.execute(query, execution_options={"yield_per": CHUNK}) as found:
        for rows in found.partitions():
            yield from rows


def without_root(connection: Connection) -> list[tuple[str, int]]:
    """Return (root, first seq) of lines and leaves whose root is gone."""
    found = []
    for table in (journal_line, log_leaf):
        gone = sa.select(table.c.root_id, sa.func.min(table.c.seq).label("seq")).where(
            table.c.root_id.not_in(sa.select(root.c.id))
        )
        found += [(row.root_id, row.seq) for row in connection.execute(gone.group_by(table.c.root_id))]
    return sorted(set(found))
