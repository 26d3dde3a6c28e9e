"""The calendar in force, built from rows once per epoch; and what has changed since an older version."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.engine import Connection

from deadlines.law.calendar import Calendar
from deadlines.law.ledger import CalendarChange
from deadlines.law.meter import difference
from deadlines.law.rows import Status
from engine.process.clocks.queries import calendar_rows
from engine.process.clocks.yearly.queries import Version, before_since, current_version, rows_at, versions
from engine.process.clocks.yearly.rules import LOCAL, NOTICE, UNDO


@dataclass(frozen=True)
class Since:
    """An older calendar, and what was changed since then (the day of the change is set where it is entered)."""

    old: Calendar
    change: CalendarChange


class Calendars:
    """This host's copy of the city's working calendar."""

    def __init__(self) -> None:
        """Start without one; the door's first refresh reads it."""
        self._current: Calendar | None = None
        self._since: dict[tuple[int, int], Since] = {}

    def reload(self, connection: Connection) -> None:
        """Read the rows again (the calendar's epoch has moved); until that is done the old copy stands."""
        self._current = in_force(connection)
        self._since = {}

    def current(self, connection: Connection) -> Calendar:
        """Return the calendar, reading its rows when this host has no copy yet."""
        if self._current is None:
            self._current = in_force(connection)
        return self._current

    def since(self, connection: Connection, version: int) -> Since:
        """Return the calendar of ``version`` and what makes the current one different from it."""
        new = self.current(connection)
        key = (version, new.version)
        if key not in self._since:
            old = earlier(connection, new, version)
            said = [one for one in versions(connection) if version < one.version <= new.version]
            reason = "；".join(told(one) for one in reversed(said))
            self._since[key] = Since(old, difference(old, new, new.first_day, reason))
        return self._since[key]


def in_force(connection: Connection) -> Calendar:
    """Return the calendar in force, read anew."""
    return Calendar.from_rows(calendar_rows(connection), current_version(connection))


def calendar_at(connection: Connection, version: int) -> Calendar:
    """Return the calendar as it was in ``version``."""
    return Calendar.from_rows(rows_at(connection, version), version)


def earlier(connection: Connection, calendar: Calendar, version: int) -> Calendar:
    """Return ``calendar`` as it was in ``version``, from what has changed since; itself when nothing has.

    Cheaper than :func:`calendar_at`: a page asks it for every clock that ended under an older calendar, and whoever
    counts clocks again for every version that they lag behind.
    """
    if version >= calendar.version:
        return calendar
    before = before_since(connection, version)
    rows = [kept.row for kept in before.values() if kept is not None]
    if len(rows) < len(before):
        return calendar_at(connection, version)
    unsure = {row.day.year for row in rows if row.status == Status.PROVISIONAL}
    shut = [row.day for row in rows if not row.is_workday]
    then = calendar.changed(shut, [row.day for row in rows if row.is_workday], calendar.confirmed - unsure)
    names = {**then.names, **{row.day.toordinal(): row.name for row in rows if row.name}}
    return replace(then, names=names, version=version)


def told(version: Version) -> str:
    """Return what made a version, in the words of a ledger line."""
    if version.kind == NOTICE:
        return f"{version.year}年放假安排，{version.source}"
    if version.kind == LOCAL:
        return f"{version.reason}，{version.source}"
    return f"撤销第{version.of_version}版，{version.reason}" if version.kind == UNDO else version.reason
