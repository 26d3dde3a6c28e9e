"""What happens to a clock of working hours, as typed entries; like the ledger in days, but to the instant.

Instants are aware, in UTC; days are those of the city (Asia/Shanghai).  A pause leaves out the business time from its
instant until that of its resumption.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from deadlines.law.errors import (
    EntryAfterStop,
    EntryBeforeStart,
    StartMissing,
    StopRepeated,
)
from deadlines.law.hours import USUAL_OFFICE, OfficeHours
from deadlines.law.instants import CITY
from deadlines.law.ledger import CalendarChange
from deadlines.law.pairing import paired
from deadlines.law.wording import minute_text


@dataclass(frozen=True, slots=True)
class _At:
    """Something at the instant ``at``."""

    at: datetime

    @property
    def on(self) -> date:
        """The legal day of it."""
        return self.at.astimezone(CITY).date()


@dataclass(frozen=True, slots=True)
class HourStart(_At):
    """The clock starts at the instant ``at`` with ``quota`` working hours of ``office``."""

    quota: int
    office: OfficeHours = USUAL_OFFICE
    unit: Literal["wh"] = "wh"


@dataclass(frozen=True, slots=True)
class HourPause(_At):
    """The clock stops for ``reason`` on the strength of ``document``; ``key`` tells pauses apart that may overlap."""

    reason: str = ""
    document: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class HourResume(_At):
    """The pause ``key`` ends."""

    key: str = ""


@dataclass(frozen=True, slots=True)
class HourExtend(_At):
    """The quota grows by ``hours`` working hours."""

    hours: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class HourStop(_At):
    """The clock ends."""


HourMark = HourPause | HourResume | HourExtend
HourEntry = HourStart | HourMark | HourStop | CalendarChange

_WHAT: Mapping[type[HourEntry], str] = {
    HourPause: "停表", HourResume: "恢复", HourExtend: "延期", HourStop: "终止"
}  # fmt: skip


def arrange_hours(entries: Iterable[HourEntry]) -> tuple[HourEntry, ...]:
    """Return the entries in the order they take effect, however they were written down.

    By instant, and at one instant start, calendar, extension, pauses and resumptions; the stop is last.  Raises
    ``StartMissing``, ``StopRepeated``, ``EntryBeforeStart``, ``EntryAfterStop``, ``PauseAlreadyOpen`` and
    ``ResumeWithoutPause``.
    """
    given = tuple(entries)
    start, stop = the_hour_start(given), _the_stop(given)
    for entry in given:
        _check_place(entry, start, stop)
    pauses = sorted((one for one in given if isinstance(one, HourPause)), key=_pause_order)
    resumes = sorted((one for one in given if isinstance(one, HourResume)), key=_instant)
    marks = paired(pauses, resumes, _instant, minute_text)
    changes = sorted((one for one in given if isinstance(one, CalendarChange)), key=lambda one: (one.on, one.version))
    extensions = sorted((one for one in given if isinstance(one, HourExtend)), key=lambda one: (one.at, one.hours))
    # The sort is stable, so entries of one instant keep the order of these groups; a calendar that changed on the day
    # of the start has the instant of that day's beginning, and still comes after it.
    ordered = sorted([*changes, *extensions, *marks], key=lambda one: max(moment_of(one), start.at))
    return (start, *ordered, stop) if stop else (start, *ordered)


def the_hour_start(entries: Iterable[HourEntry]) -> HourStart:
    """Return the one start of a ledger in hours; raise ``StartMissing`` if there is not exactly one."""
    starts = [entry for entry in entries if isinstance(entry, HourStart)]
    if len(starts) != 1:
        raise StartMissing(count=len(starts))
    return starts[0]


def moment_of(entry: HourEntry) -> datetime:
    """Return the instant of an entry; a change of the calendar takes effect at the beginning of its day."""
    return datetime.combine(entry.on, time(), CITY) if isinstance(entry, CalendarChange) else entry.at


def _the_stop(entries: tuple[HourEntry, ...]) -> HourStop | None:
    stops = [entry for entry in entries if isinstance(entry, HourStop)]
    if len(stops) > 1:
        raise StopRepeated(count=len(stops))
    return stops[0] if stops else None


def _check_place(entry: HourEntry, start: HourStart, stop: HourStop | None) -> None:
    if isinstance(entry, (HourStart, CalendarChange)):
        return
    if entry.at < start.at:
        raise EntryBeforeStart(what=_WHAT[type(entry)], on=minute_text(entry.at), start=minute_text(start.at))
    if stop is not None and entry.at > stop.at:
        raise EntryAfterStop(what=_WHAT[type(entry)], on=minute_text(entry.at), stop=minute_text(stop.at))


def _pause_order(pause: HourPause) -> tuple[datetime, str, str]:
    return pause.at, pause.reason, pause.document


def _instant(mark: HourPause | HourResume) -> datetime:
    return mark.at
