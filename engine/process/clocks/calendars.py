"""The calendar in force, built from rows once per epoch."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from deadlines.law.calendar import Calendar
from engine.process.clocks.queries import calendar_rows


class Calendars:
    """This host's copy of the city's working calendar."""

    def __init__(self) -> None:
        """Start without one; the door's first refresh reads it."""
        self._current: Calendar | None = None

    def reload(self, connection: Connection) -> None:
        """Read the rows again (the calendar's epoch has moved); until that is done the old copy stands."""
        self._current = Calendar.from_rows(calendar_rows(connection))

    def current(self, connection: Connection) -> Calendar:
        """Return the calendar, reading its rows when this host has no copy yet."""
        if self._current is None:
            self._current = Calendar.from_rows(calendar_rows(connection))
        return self._current
