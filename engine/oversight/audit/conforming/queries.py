"""Rows of what was found: which closed cases are to be held, what was found of one, and the page's counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.cases.tables import case_file
from engine.foundation.clock import start_of_city_day
from engine.foundation.store.tables import root
from engine.oversight.audit.conforming.rules import OWN, PUBLISHED, Asked
from engine.oversight.audit.conforming.tables import held_case, held_deviation
from engine.oversight.audit.mining.conformance import Deviation
from engine.process.bpmn.releases.queries import current_ids
from engine.registry.identity.rules import Scope


@dataclass(frozen=True)
class Due:
    """A closed case to be held: the head of its journal now, and the published release (None where there is none)."""

    root_id: str
    case_no: str
    item_code: str
    department: str
    closed_at: datetime
    head: str
    release_id: str | None


@dataclass(frozen=True)
class Held:
    """What was found of a case: deviations from its own releases and from the published one; ``why`` where not."""

    own: Sequence[Deviation] | None
    published: Sequence[Deviation] | None
    why: str


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


@dataclass(frozen=True)
class Progress:
    """How many closed cases there are in the reader's sight, and how many of them are held as they are now."""

    closed: int
    waiting: int

    @property
    def held(self) -> int:
        """Those that are held as they are now."""
        return self.closed - self.waiting


# What is to be held --------------------------------------------------------------------------------------------------


def due_cases(connection: Connection, now: datetime, limit: int) -> list[Due]:
    """Return closed cases that were not held yet, or have a new line or a new published release since."""
    published = current_ids(connection, now)
    at = case_file.c
    query = (
        sa.select(at.root_id, at.case_no, at.item_code, at.department, at.closed_at, root.c.head)
        .select_from(_waiting())
        .where(_is_due(published))
        .order_by(at.closed_at, at.case_no)
        .limit(limit)
    )
    return [Due(*row, published.get(row.item_code)) for row in connection.execute(query)]


def progress(connection: Connection, scope: Scope, now: datetime) -> Progress:
    """Return how far the closed cases in the reader's scope are held."""
    published = current_ids(connection, now)
    due = sa.func.coalesce(sa.func.sum(sa.case((_is_due(published), 1), else_=0)), 0)
    query = sa.select(sa.func.count(), due).select_from(_waiting()).where(case_file.c.closed_at.is_not(None))
    if not scope.everything:
        query = query.where(case_file.c.department.in_(scope.departments))
    closed, waiting = connection.execute(query).one()
    return Progress(int(closed), int(waiting))


def _waiting() -> sa.FromClause:
    held = held_case.c.root_id == case_file.c.root_id
    return case_file.join(root, root.c.id == case_file.c.root_id).outerjoin(held_case, held)


def _is_due(published: Mapping[str, str]) -> sa.ColumnElement[bool]:
    wanted = sa.case(published, value=case_file.c.item_code, else_="") if published else sa.literal("")
    other = sa.func.coalesce(held_case.c.release_id, "") != wanted
    known = held_case.c.root_id.is_(None) | (held_case.c.head != root.c.head) | other
    return case_file.c.closed_at.is_not(None) & known


def keep(connection: Connection, case: Due, found: Held, now: datetime) -> None:
    """Keep what was found of a case in the place of what was known."""
    for table in (held_deviation, held_case):
        connection.execute(table.delete().where(table.c.root_id == case.root_id))
    connection.execute(
        held_case.insert().values(
            root_id=case.root_id, case_no=case.case_no, item_code=case.item_code, department=case.department,
            closed_at=case.closed_at, head=case.head, release_id=case.release_id, own=_faults(found.own),
            published=_faults(found.published), why=found.why or None, held_at=now,
        )
    )  # fmt: skip
    rows = [
        {
            "root_id": case.root_id, "against": against, "number": number, "kind": one.kind,
            "process": one.process[:60], "element": one.element[:120], "seq": one.seq, "sentence": one.sentence,
        }
        for against, all in ((OWN, found.own), (PUBLISHED, found.published))
        for number, one in enumerate(all or (), 1)
    ]  # fmt: skip
    if rows:
        connection.execute(held_deviation.insert(), rows)


def forget_reopened(connection: Connection) -> int:
    """Forget what was found of cases that are closed no more; return how many."""
    reopened = sa.select(case_file.c.root_id).where(
        case_file.c.closed_at.is_(None), case_file.c.root_id.in_(sa.select(held_case.c.root_id))
    )
    connection.execute(held_deviation.delete().where(held_deviation.c.root_id.in_(reopened)))
    return connection.execute(held_case.delete().where(held_case.c.root_id.in_(reopened))).rowcount


def _faults(found: Sequence[Deviation] | None) -> int | None:
    return None if found is None else sum(not one.by_hand for one in found)


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
