"""Counts of moved dates by department and item, and the lines of the cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.cases.listing.tables import case_listing
from engine.casework.cases.queries import CaseFile, cases_by_root
from engine.process.clocks.tables import clock
from engine.process.clocks.yearly.queries import Moved, moved_by
from engine.process.clocks.yearly.tables import calendar_preview


@dataclass(frozen=True)
class Share:
    """How many dates of a department move (or only become certain), and by how much at most."""

    department: str
    moved: int
    settled: int
    earliest: int
    latest: int


@dataclass(frozen=True)
class Line:
    """One clock that a draft touches, its case where it is one, and whether it has been counted again since."""

    moved: Moved
    case: CaseFile | None
    due_on: date | None
    done: bool


def shares(connection: Connection, draft_id: int) -> list[Share]:
    """Return the shares of the departments, the largest first; what belongs to no case stands under ``center``."""
    days = calendar_preview.c.days
    department = sa.func.coalesce(case_listing.c.department, "center")
    moved = sa.func.sum(sa.case((days != 0, 1), else_=0))
    settled = sa.func.sum(sa.case((days == 0, 1), else_=0))
    query = (
        sa.select(department, moved, settled, sa.func.min(days), sa.func.max(days))
        .select_from(calendar_preview.outerjoin(case_listing, case_listing.c.root_id == calendar_preview.c.root_id))
        .where(calendar_preview.c.draft_id == draft_id)
        .group_by(department)
    )
    found = [Share(*row) for row in connection.execute(query)]
    return sorted(found, key=lambda one: (-one.moved, -one.settled, one.department))


def lines(connection: Connection, draft_id: int, version: int | None, *, offset: int, limit: int) -> list[Line]:
    """Return a page of what a draft touches; with the ``version`` it became, how far each clock is."""
    found = moved_by(connection, draft_id, offset=offset, limit=limit)
    cases = cases_by_root(connection, {one.root_id for one in found if one.root_id.startswith("case:")})
    now = _now(connection, [one.clock_id for one in found])
    return [
        Line(one, cases.get(one.root_id), now[one.clock_id][0], version is not None and now[one.clock_id][1] >= version)
        for one in found
    ]


def _now(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[date | None, int]]:
    query = sa.select(clock.c.id, clock.c.due_on, clock.c.calendar_version).where(clock.c.id.in_(list(ids)))
    return {row.id: (row.due_on, row.calendar_version) for row in connection.execute(query)}
