"""Rows of versions, changes, drafts and previews, and the clocks that lag behind the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from deadlines.law.rows import DayKind, DayRow, Status
from engine.foundation.store.behind import put
from engine.foundation.store.unit import Unit
from engine.process.clocks.queries import ClockRow, clock_row
from engine.process.clocks.rules import AnyEntry, entry_from, entry_row
from engine.process.clocks.tables import calendar_day, clock, clock_entry, deadline
from engine.process.clocks.yearly.rules import DraftMissing, Kept, VersionMissing, day_body, day_from
from engine.process.clocks.yearly.tables import calendar_change, calendar_draft, calendar_preview, calendar_version

FIRST = 1
"""The version of a calendar that nobody has changed yet."""

_LIVE: sa.ColumnElement[bool] = sa.literal_column("clock.state IN ('running', 'paused')")
# Written out, not bound: only then can both databases see that the partial index fits.


@dataclass(frozen=True)
class Version:
    """A version of the calendar: what made it, by whom it was drafted and confirmed, and when."""

    version: int
    kind: str
    year: int | None
    source: str
    reason: str
    of_version: int | None
    drafted_by: str
    drafted_person: str
    confirmed_by: str
    confirmed_person: str
    at: datetime
    digest: str


@dataclass(frozen=True)
class Draft:
    """A draft of the next version, and how far its preview is."""

    id: int
    kind: str
    year: int | None
    text: str
    source: str
    reason: str
    of_version: int | None
    rows: list[dict[str, Any]]
    base_version: int
    state: str
    cursor: str
    looked_at: int
    paused: int
    drafted_by: str
    drafted_person: str
    drafted_name: str
    at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    version: int | None = None

    @property
    def days(self) -> list[Kept]:
        """The days as they would be."""
        return [day_from(body) for body in self.rows]


@dataclass(frozen=True)
class Moved:
    """One clock that a draft touches."""

    clock_id: str
    root_id: str
    kind: str
    before: date
    after: date
    before_at: datetime | None
    after_at: datetime | None
    days: int
    settled: bool


def current_version(connection: Connection) -> int:
    """Return the version of the calendar in force."""
    found = connection.execute(sa.select(sa.func.max(calendar_version.c.version))).scalar_one()
    return FIRST if found is None else int(found)


def versions(connection: Connection) -> list[Version]:
    """Return all versions, newest first."""
    query = sa.select(calendar_version).order_by(calendar_version.c.version.desc())
    return [Version(**row._mapping) for row in connection.execute(query)]


def version_row(connection: Connection, version: int) -> Version:
    """Return one version; raise :class:`VersionMissing`."""
    row = connection.execute(sa.select(calendar_version).where(calendar_version.c.version == version)).one_or_none()
    if row is None:
        raise VersionMissing(version=version)
    return Version(**row._mapping)


def put_version(unit: Unit, version: Version) -> None:
    """Insert a version."""
    unit.connection.execute(calendar_version.insert().values(**vars(version)))


def put_changes(unit: Unit, version: int, changes: Iterable[tuple[Kept | None, Kept]]) -> None:
    """Insert what a version changed (before, after)."""
    rows = [
        {
            "version": version, "day": after.row.day, "before": None if before is None else day_body(before),
            "after": day_body(after),
        }
        for before, after in changes
    ]  # fmt: skip
    unit.connection.execute(calendar_change.insert(), rows)


def changes_of(connection: Connection, version: int) -> list[tuple[Kept | None, Kept]]:
    """Return what a version changed (before, after), by day."""
    query = sa.select(calendar_change).where(calendar_change.c.version == version).order_by(calendar_change.c.day)
    return [
        (None if row.before is None else day_from(row.before), day_from(row.after)) for row in connection.execute(query)
    ]


def days_kept(connection: Connection) -> dict[date, Kept]:
    """Return every day in force with what lies beneath it."""
    return {row.day: _kept(row) for row in connection.execute(sa.select(calendar_day).order_by(calendar_day.c.day))}


def put_days(unit: Unit, days: Sequence[Kept]) -> None:
    """Put the days in force."""
    rows = [
        {
            "of_day": kept.row.day, "worked": kept.row.is_workday, "of_kind": str(kept.row.kind),
            "called": kept.row.name, "by": kept.row.source, "sure": str(kept.row.status),
            "under": None if kept.beneath is None else day_body(Kept(kept.beneath)),
        }
        for kept in days
    ]  # fmt: skip
    known = set(unit.connection.scalars(sa.select(calendar_day.c.day)))
    for statement, mine in ((_CHANGE_DAY, True), (_ADD_DAY, False)):
        those = [row for row in rows if (row["of_day"] in known) == mine]
        if those:
            unit.connection.execute(statement, those)


_DAY: dict[str, Any] = {
    "is_workday": sa.bindparam("worked"), "kind": sa.bindparam("of_kind"), "name": sa.bindparam("called"),
    "source": sa.bindparam("by"), "status": sa.bindparam("sure"), "beneath": sa.bindparam("under"),
}  # fmt: skip
_CHANGE_DAY = calendar_day.update().where(calendar_day.c.day == sa.bindparam("of_day")).values(**_DAY)
_ADD_DAY = calendar_day.insert().values(day=sa.bindparam("of_day"), **_DAY)


def rows_at(connection: Connection, version: int) -> list[DayRow]:
    """Return the calendar as it was in ``version``: the changes since are undone, newest first."""
    days: dict[date, Kept | None] = {**days_kept(connection), **before_since(connection, version)}
    return [kept.row for _, kept in sorted(days.items()) if kept is not None]


def before_since(connection: Connection, version: int) -> dict[date, Kept | None]:
    """Return the days that were changed after ``version`` as they were then; None for a day that was not known."""
    query = (
        sa.select(calendar_change.c.day, calendar_change.c.before)
        .where(calendar_change.c.version > version)
        .order_by(calendar_change.c.version.desc())
    )
    return {
        row.day: None if row.before is None else day_from(row.before) for row in connection.execute(query)
    }


def next_draft(connection: Connection) -> int:
    """Return the number of the next draft; the calendar's root is held."""
    return 1 + int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(calendar_draft.c.id), 0))).scalar_one())


def put_draft(unit: Unit, draft: Draft) -> None:
    """Insert a draft."""
    unit.connection.execute(calendar_draft.insert().values(**vars(draft)))


def set_draft(unit: Unit, id: int, **values: Any) -> None:
    """Change a draft."""
    unit.connection.execute(calendar_draft.update().where(calendar_draft.c.id == id).values(**values))


def draft_of(connection: Connection, id: int) -> Draft:
    """Return a draft; raise :class:`DraftMissing`."""
    row = connection.execute(sa.select(calendar_draft).where(calendar_draft.c.id == id)).one_or_none()
    if row is None:
        raise DraftMissing(id=id)
    return Draft(**row._mapping)


def drafts(connection: Connection, *, states: Sequence[str] = (), limit: int = 50) -> list[Draft]:
    """Return drafts in ``states`` (all when none is named), newest first."""
    query = sa.select(calendar_draft).order_by(calendar_draft.c.id.desc()).limit(limit)
    if states:
        query = query.where(calendar_draft.c.state.in_(states))
    return [Draft(**row._mapping) for row in connection.execute(query)]


def put_moved(unit: Unit, draft_id: int, moved: Sequence[Moved]) -> None:
    """Insert what a draft does to clocks."""
    if moved:
        unit.connection.execute(calendar_preview.insert(), [{"draft_id": draft_id, **vars(one)} for one in moved])


def moved_by(connection: Connection, draft_id: int, *, offset: int = 0, limit: int = 50) -> list[Moved]:
    """Return a page of the clocks a draft touches: those that move come first, backwards before forwards."""
    stays = sa.case((calendar_preview.c.days == 0, 1), else_=0)
    order = (stays, calendar_preview.c.days, calendar_preview.c.clock_id)
    columns = [column for column in calendar_preview.c if column.name != "draft_id"]
    query = sa.select(*columns).where(calendar_preview.c.draft_id == draft_id).order_by(*order)
    return [Moved(*row) for row in connection.execute(query.offset(offset).limit(limit))]


def moved_counts(connection: Connection, draft_id: int) -> list[tuple[int, int]]:
    """Return (days moved, number of clocks) of a draft, from the most backwards to the most forwards."""
    days = calendar_preview.c.days
    query = sa.select(days, sa.func.count()).where(calendar_preview.c.draft_id == draft_id).group_by(days)
    return [(row[0], row[1]) for row in connection.execute(query.order_by(days))]


def clocks_after(connection: Connection, cursor: str, limit: int) -> list[ClockRow]:
    """Return live clocks whose id comes after ``cursor``, in the order of ids."""
    query = sa.select(clock).where(_LIVE, clock.c.id > cursor).order_by(clock.c.id).limit(limit)
    return [clock_row(row) for row in connection.execute(query)]


def stale_roots(connection: Connection, version: int, limit: int) -> list[str]:
    """Return roots of live clocks that were last reckoned by an older version than ``version``."""
    query = sa.select(clock.c.root_id).where(_LIVE, clock.c.calendar_version < version)
    found = connection.scalars(query.order_by(clock.c.calendar_version).limit(limit))
    return sorted(set(found))


def stale_count(connection: Connection, version: int, most: int) -> int:
    """Return how many live clocks lag behind ``version``, counted up to ``most``."""
    query = sa.select(clock.c.id).where(_LIVE, clock.c.calendar_version < version).limit(most)
    return int(connection.execute(sa.select(sa.func.count()).select_from(query.subquery())).scalar_one())


def stale_of(connection: Connection, root_ids: Sequence[str], version: int) -> list[ClockRow]:
    """Return the live clocks of these roots that lag behind ``version``."""
    rows = connection.execute(_STALE, {"roots": list(root_ids), "version": version})
    return [clock_row(row) for row in rows]


_STALE = (
    sa.select(clock)
    .where(
        clock.c.root_id.in_(sa.bindparam("roots", expanding=True)),
        clock.c.calendar_version < sa.bindparam("version"),
        clock.c.state.in_([sa.literal_column("'running'"), sa.literal_column("'paused'")]),
    )
    .order_by(clock.c.root_id, clock.c.kind, clock.c.number)
)


def ledgers_of(connection: Connection, clock_ids: Sequence[str]) -> dict[str, list[AnyEntry]]:
    """Return the ledgers of several clocks."""
    found: dict[str, list[AnyEntry]] = {id: [] for id in clock_ids}
    for row in connection.execute(_LEDGERS, {"clocks": list(clock_ids)}):
        found[row.clock_id].append(entry_from(row.kind, row.on, row.body))
    return found


_LEDGERS = (
    sa.select(clock_entry.c.clock_id, clock_entry.c.kind, clock_entry.c.on, clock_entry.c.body)
    .where(clock_entry.c.clock_id.in_(sa.bindparam("clocks", expanding=True)))
    .order_by(clock_entry.c.clock_id, clock_entry.c.number)
)


def armed_of(connection: Connection, clock_ids: Sequence[str]) -> dict[str, dict[str, tuple[str, datetime]]]:
    """Return, for each clock, the state and instant of its deadlines that are open or delivered, by effect."""
    found: dict[str, dict[str, tuple[str, datetime]]] = {id: {} for id in clock_ids}
    for row in connection.execute(_ARMED, {"clocks": list(clock_ids)}):
        found[row.clock_id][row.effect] = (row.state, row.due_at)
    return found


_ARMED = sa.select(deadline.c.clock_id, deadline.c.effect, deadline.c.state, deadline.c.due_at).where(
    deadline.c.clock_id.in_(sa.bindparam("clocks", expanding=True))
)


def add_entries(unit: Unit, entries: Sequence[tuple[ClockRow, int, AnyEntry]]) -> None:
    """Append entries (clock, place in its ledger, entry)."""
    rows = []
    for row, number, entry in entries:
        kind, on, body = entry_row(entry)
        rows.append({
            "root_id": row.root_id, "clock_id": row.id, "number": number, "kind": kind, "on": on, "body": body,
            "at": unit.now, "account": unit.actor.account,
        })  # fmt: skip
    if rows:
        put(unit.connection, _ADD_ENTRY, rows)


_ADD_ENTRY = clock_entry.insert()


def put_reckoned(unit: Unit, rows: Sequence[ClockRow]) -> None:
    """Keep what was reckoned anew of several clocks."""
    values = [
        {
            "of_clock": row.id, "on_day": row.due_on, "at_time": row.due_at, "unsure": row.provisional,
            "late": row.lapsed, "by_version": row.calendar_version,
        }
        for row in rows
    ]  # fmt: skip
    if values:
        put(unit.connection, _RECKONED, values)


_RECKONED = (
    clock.update()
    .where(clock.c.id == sa.bindparam("of_clock"))
    .values(
        due_on=sa.bindparam("on_day"), due_at=sa.bindparam("at_time"), provisional=sa.bindparam("unsure"),
        lapsed=sa.bindparam("late"), calendar_version=sa.bindparam("by_version"),
    )
)  # fmt: skip


def move_deadlines(unit: Unit, moves: Sequence[tuple[str, datetime]]) -> None:
    """Let deadlines be delivered at another instant: they are open again, whatever they were."""
    if moves:
        put(unit.connection, _MOVE, [{"of_id": id, "at_time": at} for id, at in moves])


def shift_delivered(unit: Unit, moves: Sequence[tuple[str, datetime]]) -> None:
    """Note that what was delivered for a date was due at another instant; it is not delivered again."""
    if moves:
        put(unit.connection, _SHIFT, [{"of_id": id, "at_time": at} for id, at in moves])


_MOVE = (
    deadline.update()
    .where(deadline.c.id == sa.bindparam("of_id"))
    .values(
        due_at=sa.bindparam("at_time"), wake_at=sa.bindparam("at_time"), state="open", attempts=0,
        last_error=sa.null(), fired_at=sa.null(),
    )
)  # fmt: skip
_SHIFT = deadline.update().where(deadline.c.id == sa.bindparam("of_id")).values(due_at=sa.bindparam("at_time"))


def _kept(row: Any) -> Kept:
    own = DayRow(row.day, row.is_workday, DayKind(row.kind), row.name, Status(row.status), row.source)
    return Kept(own, None if row.beneath is None else day_from(row.beneath).row)
