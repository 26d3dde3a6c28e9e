"""What held in the house at a moment: the working calendar and the figures of the centre, by their versions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from deadlines.law.calendar import Calendar
from engine.foundation.journal.queries import lines_of_types
from engine.process.clocks.calendars import earlier, in_force
from engine.process.clocks.yearly.handlers import CONFIRMED
from engine.process.clocks.yearly.handlers import ROOT as CALENDAR_ROOT
from engine.process.clocks.yearly.queries import FIRST
from engine.registry.policies.handlers import ROOT as POLICY_ROOT
from engine.registry.policies.handlers import TAKEN
from engine.registry.policies.queries import FIRST as FIRST_FIGURE
from engine.registry.policies.queries import pinned_figure, versions_of

TOGETHER = timedelta(seconds=5)
"""Two hosts read their clocks and commit a little apart: of what changed so shortly before, either may have held."""


@dataclass(frozen=True)
class _Change:
    at: datetime
    version: int


class Then:
    """The versions of the calendar and of the figures of one house, read once; the days and values as kept now."""

    def __init__(self, connection: Connection, calendar: Calendar | None = None) -> None:
        """Read from ``connection``, which is used later, too.

        ``calendar`` is the one in force, where the caller has it; its days are read otherwise.
        """
        self._connection = connection
        self._now = calendar
        self._calendars: dict[int, Calendar] = {}
        said = lines_of_types(connection, CALENDAR_ROOT, [CONFIRMED])
        self._confirmed = [_Change(line.at, line.data["version"]) for line in said]
        self._taken: dict[str, list[_Change]] = {}
        for line in lines_of_types(connection, POLICY_ROOT, [TAKEN]):
            self._taken.setdefault(line.data["key"], []).append(_Change(line.at, line.data["version"]))
        self._values = {(one.key, one.version): one.value for one in versions_of(connection)}

    def versions_at(self, at: datetime) -> list[int]:
        """Return the version of the calendar in force at ``at`` (UTC) last; before it those that may have been."""
        return _held(self._confirmed, at, FIRST)

    def calendar(self, version: int) -> Calendar | None:
        """Return the calendar as it was in a version; None for one that there is not."""
        if self._now is None:
            self._now = in_force(self._connection)
        if not FIRST <= version <= self._now.version:
            return None
        if version not in self._calendars:
            self._calendars[version] = earlier(self._connection, self._now, version)
        return self._calendars[version]

    def figures_at(self, key: str, at: datetime) -> list[int]:
        """Return the value of a figure that holds for all at ``at`` (UTC) last; before it those that may have held."""
        held = _held(self._taken.get(key, ()), at, FIRST_FIGURE)
        return [self._values.get((key, version), pinned_figure({}, key)) for version in held]


def _held(changes: Iterable[_Change], at: datetime, first: int) -> list[int]:
    held = [first]
    for one in changes:
        if one.at < at - TOGETHER:
            held = [one.version]
        elif one.at <= at:
            held.append(one.version)
    return held


