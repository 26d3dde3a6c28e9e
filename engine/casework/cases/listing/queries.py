"""Keeping the list's rows in step, and asking them.

A page of the list is one statement and its count another, whatever is asked; both walk along one index and stop.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.cases.listing.rules import MOST, STANDINGS, Filters
from engine.casework.cases.listing.tables import case_listing
from engine.casework.cases.tables import applicant, case_file
from engine.foundation.clock import start_of_city_day
from engine.foundation.search import queries as search
from engine.foundation.store.behind import put
from engine.foundation.store.portable import keep_to_indexes
from engine.foundation.store.unit import Actor, Unit
from engine.process.clocks.queries import ClockRow, clocks_of
from engine.process.tasks.queries import held_roots, walk
from engine.registry.identity.rules import Scope

_COLUMNS = tuple(column.name for column in case_listing.c if column.name not in ("due_on", "standing"))


@dataclass(frozen=True)
class Listed:
    """A page of a list: its ids (roots of cases, or tasks) in order; ``total`` beyond ``MOST`` means more."""

    ids: tuple[str, ...]
    total: int


def put_row(unit: Unit, values: Mapping[str, Any]) -> None:
    """Insert the row of a new case from its columns."""
    unit.connection.execute(case_listing.insert().values({name: values[name] for name in _COLUMNS}))


def set_row(unit: Unit, root_id: str, values: Mapping[str, Any]) -> None:
    """Follow a change of a case; columns that the list does not have are left out."""
    changed = {name: value for name, value in values.items() if name in _COLUMNS}
    if changed:
        unit.connection.execute(case_listing.update().where(case_listing.c.root_id == root_id).values(changed))


def refresh_due(unit: Unit, event: Any) -> None:
    """Follow a change of a case's clocks: called for every event about a clock, in its unit."""
    due_on, standing = listed_due(clocks_of(unit.connection, event.root))
    put(unit.connection, _DUE, {"of_root": event.root, "on_day": due_on, "stands": standing})


_DUE = (
    case_listing.update()
    .where(case_listing.c.root_id == sa.bindparam("of_root"))
    .values(due_on=sa.bindparam("on_day"), standing=sa.bindparam("stands"))
)


def listed_otherwise(connection: Connection) -> list[str]:
    """Return the roots of cases whose row in the list is missing, left over, or not what the case's own row says."""
    differs = [case_listing.c[name].is_distinct_from(case_file.c[name]) for name in _COLUMNS]
    joined = case_file.outerjoin(case_listing, case_listing.c.root_id == case_file.c.root_id)
    unlike = sa.select(case_file.c.root_id).select_from(joined).where(sa.or_(*differs))
    left = sa.select(case_listing.c.root_id).where(case_listing.c.root_id.not_in(sa.select(case_file.c.root_id)))
    return sorted(connection.scalars(unlike.union(left)))


def due_in_list(connection: Connection, root_id: str) -> tuple[date | None, str]:
    """Return the due date and the standing by which the list has a case; (None, "") for one it does not have."""
    query = sa.select(case_listing.c.due_on, case_listing.c.standing).where(case_listing.c.root_id == root_id)
    row = connection.execute(query).one_or_none()
    return (None, "") if row is None else (row.due_on, row.standing)


def listed_due(clocks: list[ClockRow]) -> tuple[date | None, str]:
    """Return the due date of the clock that the case is measured by, and how it stands (running, excused, paused).

    The date is None unless the clock runs; (None, "") when it has ended, or there is none.
    """
    row = measured_by(clocks)
    if row is not None and row.state == "running":
        return row.due_on, "excused" if row.excused else "running"
    return None, "paused" if row is not None and row.state == "paused" else ""


def measured_by(clocks: Iterable[ClockRow]) -> ClockRow | None:
    """Return the clock that a case is measured by, of its ``clocks`` in their order: its promise, before acceptance
    its notice.

    A promise that an approved extension excuses hides nothing: once the limit of the law is over, that one counts.
    """
    newest = {row.kind: row for row in clocks}
    mine = newest.get("commitment", newest.get("correction_notice"))
    law = newest.get("statutory")
    if mine is None or not mine.excused or mine.state != "running" or law is None:
        return mine
    return law if law.state == "running" and law.lapsed else mine


def listed(
    connection: Connection, scope: Scope, filters: Filters, today: date, *, offset: int = 0, limit: int = 50
) -> Listed:
    """Return a page of the cases in ``scope`` that ``filters`` asks for; ``today`` is the city's day."""
    keep_to_indexes(connection)
    candidates = _candidates(connection, scope, filters)
    query = _direct(scope, filters, today) if candidates is None else _checked(candidates, scope, filters, today)
    counted = sa.select(sa.func.count()).select_from(query.limit(MOST + 1).subquery())
    total = int(connection.execute(counted).scalar_one())
    if not limit:
        return Listed((), total)
    rows = connection.execute(query.offset(offset).limit(max(0, min(limit, MOST - offset))))
    return Listed(tuple(row.root_id for row in rows), total)


def waiting(
    connection: Connection, actor: Actor, box: str, filters: Filters, today: date, *, offset: int = 0, limit: int = 50
) -> Listed:
    """Return a page of the open tasks of ``box`` whose cases ``filters`` asks for: their ids, oldest task first.

    With a filter by due date they go by it.  What lies in the box decides who sees it, not the scope of cases.
    """
    keep_to_indexes(connection)
    query = _in_box(connection, actor, box, filters, today)
    total = int(connection.execute(sa.select(sa.func.count()).select_from(query.subquery())).scalar_one())
    rows = connection.execute(query.offset(offset).limit(max(0, min(limit, MOST - offset))))
    return Listed(tuple(row.id for row in rows), total)


def count_waiting(connection: Connection, actor: Actor, asked: Sequence[tuple[str, Filters]], today: date) -> list[int]:
    """Return how many tasks each (box, filters) asks for, in one statement; each at most ``MOST + 1``."""
    if not asked:
        return []
    keep_to_indexes(connection)
    counts = [
        sa.select(sa.func.count())
        .select_from(_in_box(connection, actor, box, filters, today).order_by(None).subquery())
        .scalar_subquery()
        for box, filters in asked
    ]
    return [int(count) for count in connection.execute(sa.select(*counts)).one()]


def _direct(scope: Scope, filters: Filters, today: date) -> sa.Select[Any]:
    """Ask the list alone: the order is that of the index which the filter walks along."""
    order = (
        (case_listing.c.due_on, case_listing.c.root_id)
        if filters.by_due
        else (case_listing.c.received_at.desc(), case_listing.c.root_id.desc())
    )
    return sa.select(case_listing.c.root_id).where(*_conditions(scope, filters, today)).order_by(*order)


def _candidates(connection: Connection, scope: Scope, filters: Filters) -> sa.Select[Any] | None:
    """Return the bounded (root_id, place…) rows that words, a person or a holder lead to; None for none of them."""
    ways: list[sa.Select[tuple[str]]] = []
    if filters.applicant:
        same = sa.select(applicant.c.id_index).where(applicant.c.id == filters.applicant).scalar_subquery()
        ids = sa.select(applicant.c.id).where(applicant.c.id_index == same)
        ways.append(sa.select(case_file.c.root_id).where(case_file.c.applicant_id.in_(ids)))
    if filters.holder:
        ways.append(held_roots(filters.holder))
    if not filters.q and not ways:
        return None
    if not filters.q:
        first = ways[0].subquery()
        return sa.select(first.c.root_id).where(*(first.c.root_id.in_(way) for way in ways[1:])).limit(MOST + 1)
    ranked = search.ranking(connection, "case", filters.q, None if scope.everything else scope.departments)
    if ranked is None:
        return sa.select(case_listing.c.root_id).where(sa.false())
    named = sa.select(
        search.ref_of(ranked.c.id).label("root_id"), ranked.c.tier, (-ranked.c.id).label("place")
    ).subquery()
    return sa.select(named).where(*(named.c.root_id.in_(way) for way in ways))


def _checked(candidates: sa.Select[Any], scope: Scope, filters: Filters, today: date) -> sa.Select[Any]:
    """Check each candidate against its row, one look-up by primary key each.

    As a scalar with a limit this stays a look-up: written as a join, PostgreSQL would read the whole list for it.
    """
    found = candidates.cte()
    listing = case_listing.alias()
    conditions = _conditions(scope, filters, today, listing)

    def look_up(value: Any) -> sa.ScalarSelect[Any]:
        return sa.select(value).where(listing.c.root_id == found.c.root_id, *conditions).limit(1).scalar_subquery()

    ranked = [column for column in found.c if column.name != "root_id"]
    kept = sa.select(
        found.c.root_id, look_up(listing.c.due_on if filters.by_due else listing.c.received_at).label("at"), *ranked
    ).cte()
    order = (
        [kept.c.at, kept.c.root_id]
        if filters.by_due
        else [*(kept.c[column.name] for column in ranked), kept.c.at.desc(), kept.c.root_id.desc()]
    )
    return sa.select(kept.c.root_id).where(kept.c.at.is_not(None)).order_by(*order)


def _conditions(
    scope: Scope, filters: Filters, today: date, row: sa.FromClause = case_listing
) -> list[sa.ColumnElement[bool]]:
    chosen: list[sa.ColumnElement[bool]] = []
    if not scope.everything:
        chosen.append(row.c.department.in_(sorted(scope.departments)))
    for column, value in (
        ("department", filters.department),
        ("status", filters.status),
        ("item_code", filters.item),
        ("case_type", filters.case_type),
        ("channel", filters.channel),
        ("first_responder", filters.responder),
    ):
        if value:
            chosen.append(row.c[column] == value)
    if filters.received_from:
        chosen.append(row.c.received_at >= start_of_city_day(filters.received_from))
    if filters.received_to:
        chosen.append(row.c.received_at < start_of_city_day(filters.received_to + timedelta(days=1)))
    if filters.by_due:
        chosen.append(row.c.due_on.is_not(None))
    if filters.due_from:
        chosen.append(row.c.due_on >= filters.due_from)
    if filters.due_before:
        chosen.append(row.c.due_on <= filters.due_before)
    if filters.overdue:
        chosen += [row.c.due_on < today, row.c.standing != "excused"]
    return chosen + _standing(filters, row)


def _standing(filters: Filters, row: sa.FromClause) -> list[sa.ColumnElement[bool]]:
    # Written out, not bound: only then can both databases see that the partial index fits.
    return [row.c.standing == sa.literal_column(f"'{one}'") for one in STANDINGS if one == filters.standing]


def _in_box(connection: Connection, actor: Actor, box: str, filters: Filters, today: date) -> sa.Select[Any]:
    """Return the bounded (id, opened_at) of the tasks of a box whose case passes, each looked up by primary key."""
    listing = case_listing.alias()
    conditions = _conditions(_ALL, filters, today, listing)
    narrowed = bool(conditions or filters.q)
    found = walk(actor, box, LOOKED_AT if narrowed else MOST + 1, roots=narrowed).cte()
    passes: list[sa.ColumnElement[bool]] = []
    first: list[sa.ColumnElement[Any]] = []
    if filters.by_due:
        due = sa.select(listing.c.due_on).where(listing.c.root_id == found.c.root_id).limit(1)
        first.append(due.scalar_subquery())
    if conditions:
        row = sa.select(listing.c.root_id).where(listing.c.root_id == found.c.root_id, *conditions)
        passes.append(row.limit(1).scalar_subquery().is_not(None))
    if filters.q:
        ranked = search.ranking(connection, "case", filters.q, None)
        named = sa.false() if ranked is None else found.c.root_id.in_(sa.select(search.ref_of(ranked.c.id)))
        passes.append(named)
    return (
        sa.select(found.c.id, found.c.opened_at)
        .where(*passes)
        .order_by(*first, found.c.opened_at, found.c.id)
        .limit(MOST + 1)
    )


LOOKED_AT = 2_000
"""A filtered box is looked for among so many of its oldest tasks: each costs a look-up, and nobody holds as many."""

_ALL = Scope(True, frozenset())
