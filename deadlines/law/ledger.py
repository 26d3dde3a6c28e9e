"""What happens to a clock, as typed entries; a due date is a fold over them and is never stored as the truth.

Every ``on`` is a legal day (Asia/Shanghai).  The order in which entries are written down means nothing:
:func:`arrange` puts them into the one order the meter reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Literal

from deadlines.law.errors import (
    BadDays,
    BadMonths,
    EntryAfterStop,
    EntryBeforeStart,
    StartMissing,
    StopRepeated,
)
from deadlines.law.months import MOST_MONTHS
from deadlines.law.pairing import paired
from deadlines.law.wording import day_text

Unit = Literal["wd", "cd", "month"]
"""Working days (行政许可法 82), calendar days (寄递、补正等待), or months to the corresponding day (民法典 202)."""

MOST_DAYS: Final = 3660
"""No quota or extension is longer than ten years; a larger number is a slip of the pen."""


class PauseRule(StrEnum):
    """Which edge days of a pause from P to R are left out of the count; pinned by the counting policy.

    The default mirrors the rule for the start (民法典 201): the day of the pause was still used, the day of
    resumption is not counted and the count goes on from the next day.
    """

    AFTER_P_THROUGH_R = "(P,R]"
    FROM_P_THROUGH_R = "[P,R]"
    FROM_P_BEFORE_R = "[P,R)"


@dataclass(frozen=True, slots=True)
class Start:
    """The clock starts on ``on`` (not counted) with ``quota`` of ``unit``; 0 days mean the day itself."""

    on: date
    quota: int
    unit: Unit = "wd"


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stops for ``reason`` on the strength of ``document`` (行政许可法 45: 书面告知).

    ``key`` tells pauses apart that may overlap; a resumption names the same key.
    """

    on: date
    reason: str = ""
    document: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Resume:
    """The pause ``key`` ends."""

    on: date
    key: str = ""


@dataclass(frozen=True, slots=True)
class Extend:
    """The quota grows by ``days`` of the clock's unit, months for a clock in months (行政许可法 42: 经批准延长)."""

    on: date
    days: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """The calendar became ``version``: these days closed, opened, and these years were published.

    The meter counts with the calendar it is given; the entry explains what the change did to the date.
    """

    on: date
    version: int
    reason: str = ""
    closed: tuple[date, ...] = ()
    opened: tuple[date, ...] = ()
    confirmed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Stop:
    """The clock ends: the commitment clock at the signed result handover (6.3.1), the statutory one at the decision."""

    on: date
    reason: str = ""


Entry = Start | Pause | Resume | Extend | CalendarChange | Stop

_WHAT: Mapping[type[Entry], str] = {
    Start: "起算",
    Pause: "停表",
    Resume: "恢复",
    Extend: "延期",
    CalendarChange: "日历调整",
    Stop: "终止",
}


def arrange(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries in the order they take effect: by day, and within a day start, calendar, extension,
    pauses and resumptions, stop.

    Raises ``StartMissing``, ``StopRepeated``, ``EntryBeforeStart``, ``EntryAfterStop``, ``PauseAlreadyOpen``,
    ``ResumeWithoutPause``, ``BadDays`` or ``BadMonths``.
    """
    given = tuple(entries)
    start = the_start(given)
    stop = _the_stop(given)
    for entry in given:
        _check_start(entry, start)
    for entry in given:
        _check_stop(entry, stop)
    marks = _pair([entry for entry in given if isinstance(entry, (Pause, Resume))])
    changes = sorted((e for e in given if isinstance(e, CalendarChange)), key=lambda e: (e.on, e.version))
    extensions = sorted((e for e in given if isinstance(e, Extend)), key=lambda e: (e.on, e.days, e.reason))
    # The sort is stable, so entries of one day keep the order of these groups.
    ordered = sorted([start, *changes, *extensions, *marks], key=lambda e: e.on)
    return (*ordered, stop) if stop else tuple(ordered)


def the_start(entries: Iterable[Entry]) -> Start:
    """Return the one start of a ledger; raise :class:`StartMissing` if there is not exactly one."""
    starts = [entry for entry in entries if isinstance(entry, Start)]
    if len(starts) != 1:
        raise StartMissing(count=len(starts))
    return starts[0]


def _the_stop(entries: tuple[Entry, ...]) -> Stop | None:
    stops = [entry for entry in entries if isinstance(entry, Stop)]
    if len(stops) > 1:
        raise StopRepeated(count=len(stops))
    return stops[0] if stops else None


def _check_start(entry: Entry, start: Start) -> None:
    if entry.on < start.on:
        raise EntryBeforeStart(what=_WHAT[type(entry)], on=day_text(entry.on), start=day_text(start.on))
    months = start.unit == "month"
    if isinstance(entry, Start):
        _check_amount(entry.quota, 1 if months else 0, months=months)
    if isinstance(entry, Extend):
        _check_amount(entry.days, 1, months=months)


def _check_stop(entry: Entry, stop: Stop | None) -> None:
    if stop is not None and entry.on > stop.on:
        raise EntryAfterStop(what=_WHAT[type(entry)], on=day_text(entry.on), stop=day_text(stop.on))


def _check_amount(amount: int, least: int, *, months: bool) -> None:
    if months and not least <= amount <= MOST_MONTHS:
        raise BadMonths(text=amount, least=least, most=MOST_MONTHS)
    if not least <= amount <= MOST_DAYS:
        raise BadDays(text=amount, least=least, most=MOST_DAYS)


def _pair(marks: list[Pause | Resume]) -> list[Pause | Resume]:
    pauses = sorted((mark for mark in marks if isinstance(mark, Pause)), key=_pause_order)
    resumes = sorted((mark for mark in marks if isinstance(mark, Resume)), key=_day)
    return paired(pauses, resumes, _day, day_text)


def _pause_order(pause: Pause) -> tuple[date, str, str]:
    return pause.on, pause.reason, pause.document


def _day(mark: Pause | Resume) -> date:
    return mark.on
