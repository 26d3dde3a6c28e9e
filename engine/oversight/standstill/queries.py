"""Rows of standstills, what is left to do, and how many cases and clocks a scope holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.cases.listing.tables import case_listing
from engine.casework.cases.tables import case_file
from engine.foundation.store.portable import insert_or_update
from engine.foundation.store.unit import Unit
from engine.oversight.standstill.rules import StandstillMissing
from engine.oversight.standstill.tables import standstill, standstill_case
from engine.process.clocks.rules import PAUSED
from engine.process.clocks.tables import clock

MOST = 10_000
"""A list is counted as far as this."""


@dataclass(frozen=True)
class Standstill:
    """A standstill (times UTC)."""

    id: int
    reason: str
    document_no: str
    from_day: date
    departments: tuple[str, ...]
    items: tuple[str, ...]
    state: str
    drafted_by: str
    drafted_person: str
    drafted_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None
    end_reason: str = ""
    end_document_no: str = ""
    end_day: date | None = None
    end_drafted_by: str | None = None
    end_drafted_person: str | None = None
    end_drafted_at: datetime | None = None
    end_approved_by: str | None = None
    end_approved_at: datetime | None = None


@dataclass(frozen=True)
class Share:
    """How many cases in work, and live clocks of theirs, a department has in the scope."""

    department: str
    cases: int
    clocks: int


@dataclass(frozen=True)
class Outcome:
    """What became of a case."""

    root_id: str
    state: str
    clocks: int
    sentence: str
    at: datetime

    @property
    def held(self) -> bool:
        """Whether its clocks stand still by the standstill; one that failed while they did stands still yet."""
        return self.state == "paused" or (self.state == "failed" and self.clocks > 0)


def next_id(connection: Connection) -> int:
    """Return the number of the next standstill; the root of all of them is held."""
    return 1 + int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(standstill.c.id), 0))).scalar_one())


def put_standstill(unit: Unit, one: Standstill) -> None:
    """Insert a standstill."""
    values = {**vars(one), "departments": list(one.departments), "items": list(one.items)}
    unit.connection.execute(standstill.insert().values(values))


def set_standstill(unit: Unit, id: int, **values: Any) -> None:
    """Set columns of a standstill."""
    unit.connection.execute(standstill.update().where(standstill.c.id == id).values(**values))


def standstill_of(connection: Connection, id: int) -> Standstill:
    """Return a standstill; raise :class:`StandstillMissing`."""
    row = connection.execute(sa.select(standstill).where(standstill.c.id == id)).one_or_none()
    if row is None:
        raise StandstillMissing(id=id)
    return _standstill(row)


def standstills(connection: Connection, *, states: tuple[str, ...] = (), limit: int = 50) -> list[Standstill]:
    """Return standstills in ``states`` (all when none is named), newest first."""
    query = sa.select(standstill).order_by(standstill.c.id.desc()).limit(limit)
    if states:
        query = query.where(standstill.c.state.in_(states))
    return [_standstill(row) for row in connection.execute(query)]


def shares(connection: Connection, one: Standstill) -> list[Share]:
    """Return what the scope holds now, by department: cases in work that have a clock in count, and these."""
    cases = sa.func.count(sa.distinct(clock.c.root_id))
    query = sa.select(case_listing.c.department, cases, sa.func.count()).select_from(_LIVE).where(*_chosen(one))
    rows = connection.execute(query.group_by(case_listing.c.department))
    return sorted((Share(*row) for row in rows), key=lambda share: (-share.cases, share.department))


def to_pause(connection: Connection, one: Standstill, limit: int) -> list[str]:
    """Return roots of the scope that have a clock in count and no row yet; nothing received since the approval."""
    query = sa.select(clock.c.root_id).distinct().select_from(_LIVE)
    before = case_listing.c.received_at <= (one.approved_at or one.drafted_at)
    query = query.where(*_chosen(one), before, ~_done(one.id, clock.c.root_id))
    return list(connection.scalars(query.order_by(clock.c.root_id).limit(limit)))


def to_resume(connection: Connection, one: Standstill, limit: int) -> list[str]:
    """Return the roots whose clocks still stand still by it; what failed in this go is left for the next."""
    mine = (standstill_case.c.standstill_id == one.id) & _HELD
    fresh = sa.or_(standstill_case.c.state == "paused", standstill_case.c.at < one.end_approved_at)
    query = sa.select(standstill_case.c.root_id).where(mine, fresh).order_by(standstill_case.c.root_id)
    return list(connection.scalars(query.limit(limit)))


def held_count(connection: Connection, id: int) -> int:
    """Return how many cases still stand still by a standstill."""
    mine = (standstill_case.c.standstill_id == id) & _HELD
    return int(connection.execute(sa.select(sa.func.count()).where(mine)).scalar_one())


def received_since(connection: Connection, one: Standstill) -> int:
    """Return how many cases of the scope were taken in after the approval, until the end: they do not stand still."""
    if one.approved_at is None:
        return 0
    chosen = [*_scope(one), case_listing.c.received_at > one.approved_at]
    if one.end_approved_at is not None:
        chosen.append(case_listing.c.received_at <= one.end_approved_at)
    query = sa.select(case_listing.c.root_id).where(*chosen).limit(MOST + 1)
    return int(connection.execute(sa.select(sa.func.count()).select_from(query.subquery())).scalar_one())


def put_outcome(unit: Unit, id: int, root_id: str, state: str, clocks: int, sentence: str = "") -> None:
    """Keep what became of a case."""
    values = {
        "standstill_id": id, "root_id": root_id, "state": state, "clocks": clocks, "sentence": sentence,
        "at": unit.now,
    }  # fmt: skip
    insert_or_update(unit.connection, standstill_case, values, ["standstill_id", "root_id"])


def outcome_of(connection: Connection, id: int, root_id: str) -> Outcome | None:
    """Return what became of a case, or None."""
    mine = (standstill_case.c.standstill_id == id) & (standstill_case.c.root_id == root_id)
    row = connection.execute(sa.select(*_OUTCOME).where(mine)).one_or_none()
    return None if row is None else Outcome(*row)


def outcomes(
    connection: Connection, id: int, *, state: str = "", offset: int = 0, limit: int = 20
) -> list[Outcome]:
    """Return a page of what became of the cases, by root."""
    query = sa.select(*_OUTCOME).where(standstill_case.c.standstill_id == id)
    if state:
        query = query.where(standstill_case.c.state == state)
    return [Outcome(*row) for row in connection.execute(query.order_by(standstill_case.c.root_id)
                                                        .offset(offset).limit(limit))]  # fmt: skip


def outcome_counts(connection: Connection, id: int) -> dict[str, int]:
    """Return how many cases are in each state."""
    state = standstill_case.c.state
    query = sa.select(state, sa.func.count()).where(standstill_case.c.standstill_id == id).group_by(state)
    return {row[0]: int(row[1]) for row in connection.execute(query)}


_HELD = sa.or_(
    standstill_case.c.state == "paused",
    sa.and_(standstill_case.c.state == "failed", standstill_case.c.clocks > 0),
)
_OUTCOME = [column for column in standstill_case.c if column.name != "standstill_id"]
_LIVE = clock.join(case_listing, case_listing.c.root_id == clock.c.root_id).join(
    case_file, case_file.c.root_id == clock.c.root_id
)


def _scope(one: Standstill) -> list[sa.ColumnElement[bool]]:
    chosen: list[sa.ColumnElement[bool]] = []
    if one.departments:
        chosen.append(case_listing.c.department.in_(one.departments))
    if one.items:
        chosen.append(case_listing.c.item_code.in_(one.items))
    return chosen


def _chosen(one: Standstill) -> list[sa.ColumnElement[bool]]:
    # The state is written out, not bound: only then can both databases see that the partial index fits.
    live: sa.ColumnElement[bool] = sa.literal_column("clock.state IN ('running', 'paused')")
    return [live, clock.c.kind.in_(PAUSED), case_file.c.outcome.is_(None), *_scope(one)]


def _done(id: int, root_id: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    mine = (standstill_case.c.standstill_id == id) & (standstill_case.c.root_id == root_id)
    return sa.exists().where(mine)


def _standstill(row: Any) -> Standstill:
    values = dict(row._mapping)
    return Standstill(**{**values, "departments": tuple(values["departments"]), "items": tuple(values["items"])})
