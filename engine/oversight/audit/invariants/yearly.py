"""I4: the calendar's versions are in its chain, and what a version did to a clock is in the clock's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.engine import Connection

from deadlines.law.calendar import Calendar
from deadlines.law.ledger import CalendarChange
from engine.foundation.journal.queries import Line
from engine.process.clocks.calendars import earlier
from engine.process.clocks.queries import ClockRow
from engine.process.clocks.rules import AnyEntry
from engine.process.clocks.yearly.handlers import CONFIRMED
from engine.process.clocks.yearly.queries import FIRST, versions
from engine.process.clocks.yearly.recomputing import RECOMPUTED

Told = tuple[str, str]


def version_faults(connection: Connection, lines: Sequence[Line]) -> Iterator[Told]:
    """Yield rule and sentence for each version of the calendar that its chain (``lines``) tells otherwise."""
    said = {line.data["version"]: line.data["digest"] for line in lines if line.type == CONFIRMED}
    kept = {one.version: one.digest for one in versions(connection) if one.version > FIRST}
    for version in sorted(said.keys() | kept.keys()):
        if said.get(version) != kept.get(version):
            yield "I4.version", f"工作日历第 {version} 版与其过程记录不符"


def change_faults(
    clock: ClockRow, entries: Sequence[AnyEntry], lines: Sequence[Line], calendar: Calendar
) -> Iterator[Told]:
    """Yield rule and sentence where a clock's ledger and its journal differ about the calendar that moved it."""
    if clock.calendar_version > calendar.version:
        yield "I4.calendar", f"时钟 {clock.id} 所依的工作日历第 {clock.calendar_version} 版尚不存在"
    entered = sorted(entry.version for entry in entries if isinstance(entry, CalendarChange))
    told = sorted(line.data["version"] for line in lines if line.type == RECOMPUTED and line.data["clock"] == clock.id)
    if entered != told:
        yield "I4.recomputed", f"时钟 {clock.id} 台账中的日历调整与过程记录不符"


def calendar_of(connection: Connection, clock: ClockRow, calendar: Calendar) -> Calendar:
    """Return the calendar by which a clock's date stands: an older one while it waits to be counted again, or ended."""
    return earlier(connection, calendar, clock.calendar_version)
