"""Rows of what was found: the page's counts, its list, and what is told of each case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.clock import start_of_city_day
from engine.oversight.audit.conforming.rules import OWN, Asked
from engine.oversight.audit.conforming.tables import held_case, held_deviation
from engine.registry.identity.rules import Scope


@dataclass(frozen=True)
class Count:
    """An item of a department: its closed cases that were held, and how many fit their own releases, the published one.

    ``unknown`` are those that cannot be held against their own releases, ``unpublished`` against the published one.
    """

    item_code: str
    department: str
    cases: int
    own: int
    published: int
    unknown: int
    unpublished: int


@dataclass(frozen=True)
class Place:
    """A deviation of a case: its kind, the line of the journal, what is told."""

    kind: str
    element: str
    seq: int
    sentence: str


@dataclass(frozen=True)
class Row:
    """A case of the list."""

    root_id: str
    case_no: str
    item_code: str
    department: str
    closed_at: datetime
    own: int | None
    published: int | None
    why: str | None
    places: tuple[Place, ...] = ()


# What the page shows -------------------------------------------------------------------------------------------------


def counts(connection: Connection, scope: Scope, asked: Asked) -> list[Count]:
    """Return the counts by item and department, the question's kind and verdict aside."""
    at = held_case.c
    query = (
        sa.select(
            at.item_code, at.department, sa.func.count(), _sum(at.own == 0), _sum(at.published == 0),
            _sum(at.own.is_(None)), _sum(at.published.is_(None)),
        )
        .where(*_of(scope, asked))
        .group_by(at.item_code, at.department)
        .order_by(at.item_code, at.department)
    )  # fmt: skip
    return [Count(row[0], row[1], *(int(one or 0) for one in row[2:])) for row in connection.execute(query)]


def kinds(connection: Connection, scope: Scope, asked: Asked) -> dict[str, tuple[int, int]]:
    """Return by kind how many cases have it and how many places there are, against what the question says."""
    of = held_deviation.c
    query = (
        sa.select(of.kind, sa.func.count(of.root_id.distinct()), sa.func.count())
        .join(held_case, held_case.c.root_id == of.root_id)
        .where(of.against == asked.against, *_of(scope, asked))
        .group_by(of.kind)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in connection.execute(query)}


def listed(
    connection: Connection, scope: Scope, asked: Asked, *, offset: int = 0, limit: int
) -> tuple[list[Row], int]:  # fmt: skip
    """Return a page of the cases that answer the question, the one closed last first, and how many there are.

    Without kind and verdict these are the cases that do not fit.
    """
    at = held_case.c
    chosen = [*_of(scope, asked), *_narrowed(asked)]
    total = connection.execute(sa.select(sa.func.count()).select_from(held_case).where(*chosen)).scalar_one()
    columns = (
        at.root_id, at.case_no, at.item_code, at.department, at.closed_at, at.own, at.published, at.why,
    )  # fmt: skip
    order = (at.closed_at.desc(), at.case_no.desc())
    query = sa.select(*columns).where(*chosen).order_by(*order).offset(offset).limit(limit)
    rows = [Row(*row) for row in connection.execute(query)]
    places = _places(connection, [row.root_id for row in rows], asked)
    return [replace(row, places=tuple(places.get(row.root_id, ()))) for row in rows], total


def all_listed(connection: Connection, scope: Scope, asked: Asked, *, most: int) -> Iterator[Row]:
    """Yield the cases that answer the question, page by page, at most ``most``."""
    size = 500
    for offset in range(0, most, size):
        rows, _ = listed(connection, scope, asked, offset=offset, limit=min(size, most - offset))
        yield from rows
        if len(rows) < size:
            return


def _places(connection: Connection, root_ids: Sequence[str], asked: Asked) -> dict[str, list[Place]]:
    of = held_deviation.c
    query = sa.select(of.root_id, of.kind, of.element, of.seq, of.sentence).where(
        of.root_id.in_(list(root_ids)), of.against == asked.against
    )
    if asked.kind:
        query = query.where(of.kind == asked.kind)
    found: dict[str, list[Place]] = {}
    for root_id, *values in connection.execute(query.order_by(of.root_id, of.number)):
        found.setdefault(root_id, []).append(Place(*values))
    return found


def _of(scope: Scope, asked: Asked) -> list[sa.ColumnElement[bool]]:
    at, found = held_case.c, list[sa.ColumnElement[bool]]()
    if not scope.everything:
        found.append(at.department.in_(scope.departments))
    if asked.item:
        found.append(at.item_code == asked.item)
    if asked.department:
        found.append(at.department == asked.department)
    if asked.closed_from is not None:
        found.append(at.closed_at >= start_of_city_day(asked.closed_from))
    if asked.closed_to is not None:
        found.append(at.closed_at < start_of_city_day(asked.closed_to + timedelta(days=1)))
    return found


def _narrowed(asked: Asked) -> list[sa.ColumnElement[bool]]:
    faults = held_case.c.own if asked.against == OWN else held_case.c.published
    verdict = asked.verdict or ("" if asked.kind else "unlike")
    found: list[sa.ColumnElement[bool]] = []
    if verdict:
        found.append({"fits": faults == 0, "unlike": faults > 0, "unknown": faults.is_(None)}[verdict])
    if asked.kind:
        of = held_deviation.c
        mine = (of.root_id == held_case.c.root_id) & (of.against == asked.against) & (of.kind == asked.kind)
        found.append(sa.exists().where(mine))
    return found


def _sum(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))
