"""Rows of clocks, ledgers, deadlines and the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from deadlines.law.hours import OfficeHours
from deadlines.law.rows import DayKind, DayRow, Status
from engine.foundation.clock import CITY
from engine.foundation.store.portable import insert_or_update
from engine.foundation.store.unit import Unit
from engine.process.clocks.rules import TITLES, AnyEntry, Party, entry_from, entry_row
from engine.process.clocks.tables import calendar_day, clock, clock_entry, deadline

LADDER = "ladder"
"""The effect of the one deadline by which the sweeper looks at a clock's ladder."""

MAX_ATTEMPTS = 8
LONGEST_PAUSE = timedelta(hours=1)
"""A failed delivery is tried again after this time at the latest."""
MOST_COUNTED = 10_000
"""Whoever watches the house needs no more exact figure; counting a million rows at each look costs half a second."""

# Written out, not bound: only then can both databases see that the partial index fits.
_OPEN = deadline.c.state == sa.literal_column("'open'")

_TAKE = (
    deadline.update()
    .where(deadline.c.id == sa.bindparam("of_id"), _OPEN, deadline.c.due_at <= sa.bindparam("by"))
    .values(state="fired", fired_at=sa.bindparam("by"))
    .returning(*deadline.c)
)


@dataclass(frozen=True)
class ClockRow:
    """A clock as kept."""

    id: str
    root_id: str
    kind: str
    number: int
    state: str
    boundary: str | None
    due_on: date | None
    provisional: bool
    stopped_on: date | None
    rule: str = "(P,R]"
    reminder_days: int = 0
    overdue: tuple[Party, ...] = ()
    due_at: datetime | None = None
    stopped_at: datetime | None = None
    lapsed: bool = False
    excused: str | None = None
    acts: bool = False
    calendar_version: int = 1
    unit: str = "wd"
    stage: str | None = None
    named: str | None = None
    office: OfficeHours | None = None
    """The business hours of a clock of working hours."""

    @property
    def title(self) -> str:
        """What people call the clock."""
        return self.named or TITLES[self.kind]

    @property
    def in_hours(self) -> bool:
        """Whether the clock counts working hours: to the minute, not by the day."""
        return self.unit == "wh"


@dataclass(frozen=True)
class DeadlineRow:
    """A deadline as kept."""

    id: str
    root_id: str
    clock_id: str
    effect: str
    due_at: datetime
    wake_at: datetime
    state: str
    attempts: int
    last_error: str | None
    fired_at: datetime | None


def clocks_of(connection: Connection, root_id: str) -> list[ClockRow]:
    """Return all clocks of a case in the order they were opened."""
    return [clock_row(row) for row in connection.execute(_CLOCKS, {"of_root": root_id})]


# Built once: it is asked at every event about a clock, thousands of times after a change of the calendar.
_CLOCKS = sa.select(clock).where(clock.c.root_id == sa.bindparam("of_root")).order_by(clock.c.kind, clock.c.number)


def clocks_of_many(connection: Connection, root_ids: Iterable[str]) -> list[ClockRow]:
    """Return all clocks of several cases."""
    query = sa.select(clock).where(clock.c.root_id.in_(list(root_ids))).order_by(clock.c.root_id, clock.c.number)
    return [clock_row(row) for row in connection.execute(query)]


def live_clocks(connection: Connection, *, until: date, limit: int | None = None) -> list[ClockRow]:
    """Return running clocks that fall due on or before ``until``, the most urgent first, at most ``limit``."""
    # The state is written out, not bound: only then can both databases see that the partial index fits.
    query = (
        sa.select(clock)
        .where(clock.c.state == sa.literal_column("'running'"), clock.c.due_on <= until)
        .order_by(clock.c.due_on, clock.c.root_id)
        .limit(limit)
    )
    return [clock_row(row) for row in connection.execute(query)]


def entries_of(connection: Connection, clock_id: str) -> list[AnyEntry]:
    """Return the ledger of a clock."""
    query = sa.select(clock_entry).where(clock_entry.c.clock_id == clock_id).order_by(clock_entry.c.number)
    return [entry_from(row.kind, row.on, row.body) for row in connection.execute(query)]


def entries_of_many(connection: Connection, clock_ids: Iterable[str]) -> dict[str, list[AnyEntry]]:
    """Return the ledgers of several clocks by clock."""
    query = sa.select(clock_entry).where(clock_entry.c.clock_id.in_(list(clock_ids)))
    found: dict[str, list[AnyEntry]] = {}
    for row in connection.execute(query.order_by(clock_entry.c.clock_id, clock_entry.c.number)):
        found.setdefault(row.clock_id, []).append(entry_from(row.kind, row.on, row.body))
    return found


def put_clock(unit: Unit, values: ClockRow) -> None:
    """Insert or correct a clock row."""
    row = {name: getattr(values, name) for name in _COLUMNS}
    row["overdue"] = [list(party) for party in values.overdue]
    row["office"] = None if values.office is None else values.office.words()
    insert_or_update(unit.connection, clock, row, ["id"])


def add_entry(unit: Unit, row: ClockRow, entry: AnyEntry) -> None:
    """Append an entry to the ledger of a clock."""
    last = unit.connection.execute(
        sa.select(sa.func.coalesce(sa.func.max(clock_entry.c.number), 0)).where(clock_entry.c.clock_id == row.id)
    ).scalar_one()
    kind, on, body = entry_row(entry)
    unit.connection.execute(
        clock_entry.insert().values(
            root_id=row.root_id,
            clock_id=row.id,
            number=last + 1,
            kind=kind,
            on=on,
            body=body,
            at=unit.now,
            account=unit.actor.account,
        )
    )


def arm(unit: Unit, row: ClockRow, effect: str, due_at: datetime, *, again: bool = False) -> None:
    """Insert or move the deadline of a clock that is delivered at ``due_at`` (UTC).

    What was delivered for the same instant is not delivered twice, unless it is wanted ``again``.
    """
    id = f"{row.id}:{effect}"
    done = (deadline.c.id == id) & (deadline.c.state == "fired") & (deadline.c.due_at == due_at)
    if not again and unit.connection.execute(sa.select(deadline.c.id).where(done)).first() is not None:
        return
    values = {
        "id": id, "root_id": row.root_id, "clock_id": row.id, "effect": effect, "due_at": due_at, "wake_at": due_at,
        "state": "open", "attempts": 0, "last_error": None, "fired_at": None,
    }  # fmt: skip
    insert_or_update(unit.connection, deadline, values, ["id"])


def settle(unit: Unit, clock_id: str, state: str) -> None:
    """Close the open deadlines of a clock as ``state`` (met or cancelled)."""
    unit.connection.execute(
        deadline.update().where(deadline.c.clock_id == clock_id, deadline.c.state == "open").values(state=state)
    )


def take_due(unit: Unit, id: str) -> DeadlineRow | None:
    """Mark a due open deadline fired and return it; None when it is not due, was fired or settled already."""
    row = unit.connection.execute(_TAKE, {"of_id": id, "by": unit.now}).one_or_none()
    return None if row is None else DeadlineRow(*_columns(row))


def due_deadlines(connection: Connection, now: datetime, limit: int = 500) -> list[tuple[str, str]]:
    """Return (root id, deadline id) of open deadlines to be looked at by ``now`` (UTC), without locking them."""
    query = (
        sa.select(deadline.c.root_id, deadline.c.id)
        .where(_OPEN, deadline.c.wake_at <= now)
        .order_by(deadline.c.wake_at)
        .limit(limit)
    )
    return [(row.root_id, row.id) for row in connection.execute(query)]


@dataclass(frozen=True)
class Standing:
    """How the deadlines of the house stand; nothing is counted any further than :data:`MOST_COUNTED`."""

    open: int
    due: int
    """Open ones whose instant has come and that were not delivered yet."""
    lag_seconds: float
    """How long the oldest of these has waited."""
    overdue: int
    """Running clocks whose day has passed."""


def deadlines_standing(connection: Connection, now: datetime) -> Standing:
    """Return how the deadlines stand at ``now`` (UTC); a day ends in the city."""
    # What is due has its wake_at at or after the instant it was due: a failed try moves only that.
    awake = sa.select(deadline.c.due_at).where(_OPEN, deadline.c.wake_at <= now + LONGEST_PAUSE)
    awake = awake.order_by(deadline.c.wake_at).limit(MOST_COUNTED)
    late = awake.subquery()
    counted = sa.select(sa.func.count(), sa.func.min(late.c.due_at)).where(late.c.due_at <= now)
    due, oldest = connection.execute(counted).one()
    open = _counted(connection, sa.select(deadline.c.wake_at).where(_OPEN).order_by(deadline.c.wake_at))
    day = now.astimezone(CITY).date()
    passed = sa.select(clock.c.due_on).where(clock.c.state == sa.literal_column("'running'"), clock.c.due_on < day)
    overdue = _counted(connection, passed.order_by(clock.c.due_on))
    return Standing(open, due, (now - oldest).total_seconds() if oldest is not None else 0.0, overdue)


def _counted(connection: Connection, query: sa.Select[Any]) -> int:
    found = query.limit(MOST_COUNTED).subquery()
    return int(connection.execute(sa.select(sa.func.count()).select_from(found)).scalar_one())


def next_wake(connection: Connection) -> datetime | None:
    """Return the earliest instant (UTC) at which a deadline wants to be looked at, or None."""
    query = sa.select(deadline.c.wake_at).where(_OPEN).order_by(deadline.c.wake_at).limit(1)
    return connection.execute(query).scalar_one_or_none()


def put_off(unit: Unit, id: str, error: str) -> bool:
    """Note a failed try (the unit holds the root); the legal instant stays, only the next look moves.

    Returns True once, when it has failed so often that somebody must be told; the house goes on trying.  What was
    settled meanwhile is left alone.
    """
    mine = (deadline.c.id == id) & (deadline.c.state == "open")
    known = unit.connection.execute(sa.select(deadline.c.attempts).where(mine)).scalar_one_or_none()
    if known is None:
        return False
    attempts = known + 1
    pause = min(LONGEST_PAUSE, timedelta(seconds=2 ** min(attempts, 12)))
    unit.connection.execute(
        deadline.update().where(mine).values(attempts=attempts, last_error=error[:2000], wake_at=unit.now + pause)
    )
    return bool(attempts == MAX_ATTEMPTS)


def failing(connection: Connection, id: str) -> tuple[int, str] | None:
    """Return how often an open deadline was tried in vain and where it belongs (its boundary, or its effect).

    None as long as it is only being put off, or when it was settled meanwhile.
    """
    query = sa.select(deadline.c.attempts, deadline.c.effect, clock.c.boundary).join(
        clock, clock.c.id == deadline.c.clock_id
    )
    wanted = (deadline.c.id == id) & (deadline.c.state == "open") & (deadline.c.attempts >= MAX_ATTEMPTS)
    row = connection.execute(query.where(wanted)).one_or_none()
    return None if row is None else (row.attempts, row.boundary or row.effect)


def waking(connection: Connection, ids: Iterable[str]) -> dict[str, datetime]:
    """Return when the sweeper looks again (UTC) at those of the deadlines that are open."""
    chosen = deadline.c.id.in_(list(ids)) & (deadline.c.state == "open")
    query = sa.select(deadline.c.id, deadline.c.wake_at).where(chosen)
    return {row.id: row.wake_at for row in connection.execute(query)}


def look_again(unit: Unit, id: str) -> bool:
    """Let the sweeper look at a due deadline at once; return False when it is open no longer, or was moved on."""
    again = deadline.update().where(deadline.c.id == id, deadline.c.state == "open", deadline.c.due_at <= unit.now)
    return unit.connection.execute(again.values(wake_at=unit.now)).rowcount == 1


def deadlines_of(connection: Connection, root_id: str) -> list[DeadlineRow]:
    """Return all deadlines of a case."""
    return [DeadlineRow(*_columns(row)) for row in connection.execute(_DEADLINES, {"of_root": root_id})]


_DEADLINES = sa.select(deadline).where(deadline.c.root_id == sa.bindparam("of_root")).order_by(deadline.c.id)


def calendar_rows(connection: Connection) -> list[DayRow]:
    """Return the working calendar, a row for each day."""
    return [
        DayRow(day, is_workday, _DAY_KINDS[kind], name, _STATUSES[status], source)
        for day, is_workday, kind, name, status, source in connection.execute(_DAYS)
    ]


# Read at every opening and every check, some thousands of rows: nothing is looked up by name for each of them.
_DAYS = sa.select(
    calendar_day.c.day, calendar_day.c.is_workday, calendar_day.c.kind, calendar_day.c.name, calendar_day.c.status,
    calendar_day.c.source,
).order_by(calendar_day.c.day)  # fmt: skip
_DAY_KINDS = {str(one): one for one in DayKind}
_STATUSES = {str(one): one for one in Status}


def put_calendar(unit: Unit, rows: Iterable[DayRow]) -> None:
    """Insert calendar days that are not there yet."""
    values = [
        {
            "day": row.day,
            "is_workday": row.is_workday,
            "kind": str(row.kind),
            "name": row.name,
            "source": row.source,
            "status": str(row.status),
        }
        for row in rows
    ]
    unit.connection.execute(calendar_day.insert(), values)


def has_calendar(connection: Connection) -> bool:
    """Tell whether the calendar was seeded."""
    return bool(connection.execute(sa.select(sa.exists().where(calendar_day.c.day.is_not(None)))).scalar_one())


def clock_row(row: Any) -> ClockRow:
    """Return the clock of a row of its table."""
    values = dict(zip(_COLUMNS, row, strict=True))
    values["overdue"] = tuple((role, place) for role, place in values["overdue"])
    if values["office"] is not None:
        values["office"] = OfficeHours.of(*values["office"])
    return ClockRow(**values)


_COLUMNS = tuple(clock.c.keys())


def _columns(row: Any) -> tuple[Any, ...]:
    return tuple(row)
