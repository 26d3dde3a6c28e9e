"""The rows that keep the roll-ups, written by whoever holds their one row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.cases.tables import case_file
from engine.foundation.journal.sealing.tables import log_leaf
from engine.foundation.store.portable import insert_if_missing, insert_or_add
from engine.foundation.store.tables import root
from engine.oversight.audit.rollups.rules import ELEMENT, Ended, Row, Share, Sums, packed, unpacked
from engine.oversight.audit.rollups.tables import SUMS, rollup_case, rollup_head, rollup_way

ONLY = 1


@dataclass(frozen=True)
class Head:
    """How far the roll-ups are: which round of counting, up to which position of the log, since when (UTC)."""

    round: int
    position: int
    making: bool
    at: datetime


_HEAD = sa.select(*(one for one in rollup_head.c if one.name != "id")).where(rollup_head.c.id == ONLY)


def head(connection: Connection) -> Head | None:
    """Return how far the roll-ups are, or None before the first case was counted."""
    row = connection.execute(_HEAD).one_or_none()
    return None if row is None else Head(*row)


def locked_head(connection: Connection) -> Head | None:
    """Return how far the roll-ups are, locked for whoever counts; None when another counts just now."""
    row = connection.execute(_HEAD.with_for_update(skip_locked=True)).one_or_none()
    return None if row is None else Head(*row)


def begin(connection: Connection, at: datetime) -> None:
    """Let everything be counted from nothing, when nothing was counted yet."""
    first = {"id": ONLY, "round": 1, "position": 0, "making": True, "at": at}
    insert_if_missing(connection, rollup_head, first)


def change_head(connection: Connection, **values: Any) -> None:
    """Set columns of the one row."""
    connection.execute(rollup_head.update().where(rollup_head.c.id == ONLY).values(**values))


def begin_anew(connection: Connection, at: datetime) -> None:
    """Forget every sum: all is counted once more, from the beginning of the log."""
    begin(connection, at)
    # Waits for whoever counts just now: what he has read may not be added to what is empty then.
    connection.execute(_HEAD.with_for_update()).one()
    for table in (*SUMS.values(), rollup_case, rollup_way):
        connection.execute(table.delete())
    change_head(connection, round=rollup_head.c.round + 1, position=0, making=True, at=at)


# What moved -------------------------------------------------------------------------------------------------------


def moved_cases(connection: Connection, position: int, limit: int) -> tuple[list[str], int]:
    """Return the cases whose heads were sealed from ``position`` on, and the position behind the leaves looked at."""
    at = log_leaf.c
    query = sa.select(at.position, at.root_id).where(at.position >= position).order_by(at.position).limit(limit)
    leaves = connection.execute(query).all()
    found = dict.fromkeys(one.root_id for one in leaves if one.root_id.startswith("case:"))
    return list(found), leaves[-1].position + 1 if leaves else position


def ended_cases(connection: Connection, root_ids: Iterable[str]) -> dict[str, tuple[Ended, int]]:
    """Return of those cases that have ended when, and how many lines their chains have."""
    at = case_file.c
    ended = at.root_id.in_(list(root_ids)) & at.outcome.is_not(None) & at.closed_at.is_not(None)
    query = sa.select(at.root_id, at.received_at, at.closed_at, root.c.seq).join(root, root.c.id == at.root_id)
    rows = connection.execute(query.where(ended))
    return {row.root_id: (Ended(row.received_at, row.closed_at), row.seq) for row in rows}


# What was counted -------------------------------------------------------------------------------------------------


def counted(connection: Connection, root_ids: Iterable[str]) -> dict[str, Share | None]:
    """Return what some cases added when they were counted last; None for one that could not be read then."""
    at = rollup_case.c
    rows = connection.execute(sa.select(at.root_id, at.share).where(at.root_id.in_(list(root_ids))))
    return {row.root_id: unpacked(row.share) if row.share else None for row in rows}


def all_counted(connection: Connection, prefix: str) -> Iterator[tuple[str, int, bytes]]:
    """Yield root, lines when it was counted, and kept share of each counted case whose root begins with ``prefix``."""
    at = rollup_case.c
    mine = sa.select(at.root_id, at.seq, at.share).where(at.root_id.startswith(prefix, autoescape=True))
    for row in connection.execute(mine.order_by(at.root_id), execution_options={"yield_per": 500}):
        yield row.root_id, row.seq, row.share


def keep(connection: Connection, root_id: str, seq: int, share: Share | None) -> None:
    """Keep what a case adds now, instead of what it added before; ``share`` is None for one that cannot be read."""
    connection.execute(rollup_case.delete().where(rollup_case.c.root_id == root_id))
    told = {"item": "", "month": "", "department": "", "way": "", "share": b""}
    if share is not None:
        whose = {"item": share.item, "month": share.month, "department": share.department}
        told = {**whose, "way": share.way, "share": packed(share)}
        insert_if_missing(connection, rollup_way, {"digest": share.way, "tasks": list(share.tasks)})
    connection.execute(rollup_case.insert().values(root_id=root_id, seq=seq, **told))


def forget(connection: Connection, root_id: str) -> None:
    """Keep nothing of a case that goes on."""
    connection.execute(rollup_case.delete().where(rollup_case.c.root_id == root_id))


def add(
    connection: Connection, changes: Mapping[Row, Sums], names: Mapping[tuple[str, str, str], tuple[str, str]]
) -> None:
    """Add to the sums, and take away those that became nothing; ``names`` are kind and name of new elements."""
    for kind, table in SUMS.items():
        columns = [one.name for one in table.primary_key.columns]
        rows = list[dict[str, Any]]()
        gone = list[dict[str, Any]]()
        for (which, *whose, rest), (count, spent) in changes.items():
            if which != kind:
                continue
            row = dict(zip(columns, (*whose, *rest), strict=True))
            if count < 0:
                gone.append({f"of_{name}": value for name, value in row.items()})
            if kind == ELEMENT:
                row["kind"], row["name"] = names.get((str(rest[0]), str(rest[1]), str(rest[2])), ("", ""))
            rows.append({**row, "count": count, "spent": spent})
        insert_or_add(connection, table, rows, ("count", "spent"))
        if gone:
            mine = sa.and_(*(table.c[name] == sa.bindparam(f"of_{name}") for name in columns))
            connection.execute(table.delete().where(mine, table.c.count == 0), gone)


def sums(connection: Connection) -> Iterator[tuple[Row, Sums]]:
    """Yield every sum that is kept."""
    for kind, table in SUMS.items():
        keys = list(table.primary_key.columns)
        query = sa.select(*keys, table.c.count, table.c.spent)
        for row in connection.execute(query, execution_options={"yield_per": 2000}):
            yield (kind, row[0], row[1], row[2], tuple(row[3:-2])), (row[-2], row[-1])


def uncounted(connection: Connection, position: int) -> list[str]:
    """Return the ended cases that should have been counted by now and were not: their newest head is sealed."""
    at = case_file.c
    newest = (log_leaf.c.root_id == at.root_id) & (log_leaf.c.position < position)
    query = (
        sa.select(at.root_id)
        .join(root, root.c.id == at.root_id)
        .join(log_leaf, newest & (log_leaf.c.seq == root.c.seq))
        .outerjoin(rollup_case, rollup_case.c.root_id == at.root_id)
        .where(at.outcome.is_not(None), at.closed_at.is_not(None), rollup_case.c.root_id.is_(None))
    )
    return list(connection.scalars(query.order_by(at.root_id)))
