"""Reading the figures of ended cases: a year of them is a walk along an index and one grouping."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.oversight.audit.rollups.buckets import MICRO
from engine.oversight.audit.rollups.buckets import told as told_of
from engine.oversight.audit.rollups.tables import (
    rollup_case,
    rollup_deviation,
    rollup_element,
    rollup_handover,
    rollup_variant,
    rollup_way,
)


@dataclass(frozen=True)
class Asked:
    """Which figures: of these items, closed in these months (2026-03, both included), of these departments.

    ``departments`` are keys of who handled the cases; None means all of them.
    """

    items: tuple[str, ...]
    since: str
    until: str
    departments: frozenset[str] | None = None


@dataclass(frozen=True)
class Tally:
    """How many, their time all together, and how many in each bucket of duration."""

    count: int
    spent: timedelta
    buckets: dict[int, int] = field(default_factory=dict)

    @property
    def timed(self) -> bool:
        """Whether anybody waits there: what is only counted has no times."""
        return any(bucket >= 0 for bucket in self.buckets)

    @property
    def median(self) -> timedelta:
        """About the duration that half of them do not exceed (see :mod:`buckets` for how about)."""
        return told_of(self.buckets, 0.5)

    @property
    def ninetieth(self) -> timedelta:
        """About the duration that nine tenths of them do not exceed."""
        return told_of(self.buckets, 0.9)


@dataclass(frozen=True)
class Element:
    """An element of a process that ended cases passed, over all its releases."""

    process: str
    element: str
    name: str
    kind: str
    tally: Tally


@dataclass(frozen=True)
class Way:
    """A way that cases went, by its digest; the times are of whole cases, from being received to being closed."""

    digest: str
    tally: Tally


@dataclass(frozen=True)
class Handover:
    """Cases went from one department to another; the times are those of the next task of the latter."""

    giver: str
    taker: str
    tally: Tally


@dataclass(frozen=True)
class Deviating:
    """A kind of deviation at an element (none for a migration), how often, and in how many cases."""

    kind: str
    process: str
    element: str
    count: int
    cases: int


def elements(connection: Connection, asked: Asked) -> list[Element]:
    """Return the elements that were passed; those where cases waited longest, all together, first."""
    at = rollup_element.c
    told = (sa.func.max(at.name), sa.func.max(at.kind))
    rows = _grouped(connection, asked, rollup_element, [at.process, at.element], *told)
    found = [
        Element(process, element, mine[0][-2], mine[0][-1], _tally(mine, 2))
        for (process, element), mine in _by(rows, 2)
    ]
    return sorted(found, key=lambda one: (-one.tally.spent, -one.tally.count, one.process, one.element))


def ways(connection: Connection, asked: Asked) -> list[Way]:
    """Return the ways that cases went, the most frequent first; together they are all cases."""
    rows = _grouped(connection, asked, rollup_variant, [rollup_variant.c.way])
    found = [Way(key[0], _tally(mine, 1)) for key, mine in _by(rows, 1)]
    return sorted(found, key=lambda one: (-one.tally.count, one.digest))


def by_item(connection: Connection, asked: Asked) -> list[tuple[str, Tally]]:
    """Return the cases of each item, by code; whole cases, from being received to being closed; most cases first."""
    return _cases_by(connection, asked, rollup_variant.c.item)


def by_department(connection: Connection, asked: Asked) -> list[tuple[str, Tally]]:
    """Return the cases that each department (key) handled, as :func:`by_item` does."""
    return _cases_by(connection, asked, rollup_variant.c.department)


def _cases_by(connection: Connection, asked: Asked, column: sa.Column[str]) -> list[tuple[str, Tally]]:
    rows = _grouped(connection, asked, rollup_variant, [column])
    found = [(key[0], _tally(mine, 1)) for key, mine in _by(rows, 1)]
    return sorted(found, key=lambda one: (-one[1].count, one[0]))


def handovers(connection: Connection, asked: Asked) -> list[Handover]:
    """Return who handed cases to whom, the most frequent first."""
    at = rollup_handover.c
    rows = _grouped(connection, asked, rollup_handover, [at.giver, at.taker])
    found = [Handover(giver, taker, _tally(mine, 2)) for (giver, taker), mine in _by(rows, 2)]
    return sorted(found, key=lambda one: (-one.tally.count, one.giver, one.taker))


def deviating(connection: Connection, asked: Asked) -> list[Deviating]:
    """Return where cases were not as drawn in their own release, the most frequent first."""
    at = rollup_deviation.c
    keys = (at.kind, at.process, at.element)
    query = sa.select(*keys, sa.func.sum(at.count), sa.func.sum(at.spent)).where(*chosen(rollup_deviation, asked))
    found = [
        Deviating(kind, process, element, int(count), int(cases))
        for kind, process, element, count, cases in connection.execute(query.group_by(*keys))
    ]
    return sorted(found, key=lambda one: (-one.count, one.kind, one.process, one.element))


def tasks_of_ways(connection: Connection, digests: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the names of the user tasks of some ways, in order, by digest."""
    at = rollup_way.c
    rows = connection.execute(sa.select(at.digest, at.tasks).where(at.digest.in_(list(digests))))
    return {row.digest: tuple(row.tasks) for row in rows}


def cases_of_way(
    connection: Connection, asked: Asked, digest: str, *, offset: int = 0, limit: int = 20
) -> list[str]:
    """Return a page of the roots of the cases that went a way, the last closed month first."""
    at = rollup_case.c
    query = sa.select(at.root_id).where(at.way == digest, *chosen(rollup_case, asked))
    return list(connection.scalars(query.order_by(at.month.desc(), at.root_id).offset(offset).limit(limit)))


def known(connection: Connection) -> dict[str, str]:
    """Return the items of which any case was counted, by code, each with the first month in which one was closed."""
    at, later = rollup_variant.c, rollup_variant.alias()
    # From one item to the next along the index: a DISTINCT would read every row.
    walk = sa.select(sa.func.min(at.item).label("item")).cte("walk", recursive=True)
    after = sa.select(sa.func.min(later.c.item)).where(later.c.item > walk.c.item).scalar_subquery()
    walk = walk.union_all(sa.select(after).where(walk.c.item.is_not(None)))
    first = sa.select(sa.func.min(at.month)).where(at.item == walk.c.item).scalar_subquery()
    found = connection.execute(sa.select(walk.c.item, first).where(walk.c.item.is_not(None)))
    return {row.item: row[1] for row in found}


def unreadable(connection: Connection) -> int:
    """Return how many ended cases could not be read, and are in no figure."""
    query = sa.select(sa.func.count()).select_from(rollup_case).where(rollup_case.c.way == "")
    return int(connection.execute(query).scalar_one())


def counted_cases(connection: Connection) -> tuple[int, int]:
    """Return how many ended cases are in the figures, and how many could not be read and are not."""
    left_out = sa.func.coalesce(sa.func.sum(sa.case((rollup_case.c.way == "", 1), else_=0)), 0)
    every, unreadable = connection.execute(sa.select(sa.func.count(), left_out).select_from(rollup_case)).one()
    return int(every) - int(unreadable), int(unreadable)


def chosen(table: sa.Table, asked: Asked) -> list[sa.ColumnElement[bool]]:
    """Return the conditions by which the rows of a table of sums are those that are asked for."""
    found: list[sa.ColumnElement[bool]] = [
        table.c.item.in_(asked.items), table.c.month.between(asked.since, asked.until)
    ]  # fmt: skip
    return found if asked.departments is None else [*found, table.c.department.in_(sorted(asked.departments))]


def _grouped(
    connection: Connection, asked: Asked, table: sa.Table, keys: Sequence[sa.Column[Any]], *more: Any
) -> Sequence[Sequence[Any]]:
    """Return the sums by ``keys`` and bucket: the keys, bucket, count, microseconds, and what ``more`` is asked."""
    by = (*keys, table.c.bucket)
    query = sa.select(*by, sa.func.sum(table.c.count), sa.func.sum(table.c.spent), *more)
    return connection.execute(query.where(*chosen(table, asked)).group_by(*by).order_by(*keys)).all()


def _by(rows: Sequence[Sequence[Any]], keys: int) -> Iterator[tuple[tuple[Any, ...], list[Sequence[Any]]]]:
    for found, mine in groupby(rows, lambda row: tuple(row[:keys])):
        yield found, list(mine)


def _tally(rows: Sequence[Sequence[Any]], keys: int) -> Tally:
    buckets = {row[keys]: int(row[keys + 1]) for row in rows}
    return Tally(sum(buckets.values()), sum(int(row[keys + 2]) for row in rows) * MICRO, buckets)
