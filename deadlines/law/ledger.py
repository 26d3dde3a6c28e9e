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
    EntryAfterStop,
    EntryBeforeStart,
    PauseAlreadyOpen,
    ResumeWithoutPause,
    StartMissing,
    StopRepeated,
)
from deadlines.law.wording import day_text

Unit = Literal["wd", "cd"]
"""Working days (行政许可法 82) or calendar days (寄递、补正等待)."""

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
    """The clock starts on ``on`` (not counted) with ``quota`` days of ``unit``; 0 means the day itself."""

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
    """The quota grows by ``days`` of the clock's unit (行政许可法 42: 经批准延长)."""

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

    Raises :class:`StartMissing`, :class:`StopRepeated`, :class:`EntryBeforeStart`, :class:`EntryAfterStop`,
    :class:`PauseAlreadyOpen`, :class:`ResumeWithoutPause` or :class:`BadDays`.
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
    if isinstance(entry, Start):
        _check_days(entry.quota, least=0)
    if isinstance(entry, Extend):
        _check_days(entry.days, least=1)


def _check_stop(entry: Entry, stop: Stop | None) -> None:
    if stop is not None and entry.on > stop.on:
        raise EntryAfterStop(what=_WHAT[type(entry)], on=day_text(entry.on), stop=day_text(stop.on))


def _check_days(days: int, least: int) -> None:
    if not least <= days <= MOST_DAYS:
        raise BadDays(text=days, least=least, most=MOST_DAYS)


def _pair(marks: list[Pause | Resume]) -> list[Pause | Resume]:
    """Return pauses and resumptions so that, for each key, they alternate.

    On a day with both, an open pause is first resumed and then a new one may begin; without an open pause the
    day's pause is also ended on that day.
    """
    ordered: list[Pause | Resume] = []
    for key in sorted({mark.key for mark in marks}):
        pauses = sorted((m for m in marks if isinstance(m, Pause) and m.key == key), key=_pause_order)
        resumes = sorted((m for m in marks if isinstance(m, Resume) and m.key == key), key=lambda m: m.on)
        ordered += _alternate(pauses, resumes)
    return ordered


def _pause_order(pause: Pause) -> tuple[date, str, str]:
    return pause.on, pause.reason, pause.document


def _alternate(pauses: list[Pause], resumes: list[Resume]) -> list[Pause | Resume]:
    ordered: list[Pause | Resume] = []
    for place, pause in enumerate(pauses):
        if place and (len(resumes) < place or resumes[place - 1].on > pause.on):
            raise PauseAlreadyOpen(on=day_text(pause.on))
        ordered.append(pause)
        if place < len(resumes):
            if resumes[place].on < pause.on:
                raise ResumeWithoutPause(on=day_text(resumes[place].on))
            ordered.append(resumes[place])
    if len(resumes) > len(pauses):
        raise ResumeWithoutPause(on=day_text(resumes[len(pauses)].on))
    return ordered
