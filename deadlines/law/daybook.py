"""The days of a clock one by one: counted with their number, or left out with the reason.

The meter says where a clock lands and what each entry did; this writes out the calendar under it, so that whoever
doubts a date can count along (行政许可法 82: 工作日; 民法典 201: 当日不计入; 203: 顺延).  It reads the same ledger by
the same rules and decides nothing of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Final, Literal

from deadlines.law.calendar import Calendar
from deadlines.law.festivals import FESTIVALS
from deadlines.law.hour_ledger import HourEntry, HourPause, the_hour_start
from deadlines.law.hour_meter import due_instant, gaps_of
from deadlines.law.hours import counted_between, worked_between
from deadlines.law.instants import CITY
from deadlines.law.landing import Hole, Landing, hole
from deadlines.law.ledger import Entry, PauseRule, Stop, arrange, the_start
from deadlines.law.reckoning import Line
from deadlines.law.tally import Tally

Mark = Literal["counted", "rolled", "late", "off", "paused"]

MARKS: Final[dict[Mark, str]] = {
    "counted": "计入", "rolled": "顺延", "late": "超期", "off": "休息", "paused": "停表",
}  # fmt: skip
"""The word of each mark; a rolled day moves a last day that is off (民法典 203), a late one follows the due date."""

USED: Final = ("counted", "rolled", "late")
"""The marks of days that go by on the clock."""

_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class BookDay:
    """A legal day (Asia/Shanghai) of a clock.

    ``number`` is the running number of the days that went by, in the clock's unit; of an hour clock the running
    minutes, ``minutes`` being those of this day; None on a day left out.  ``why`` says why it is left out, or what is
    special about a day that counts (调休上班).
    """

    day: date
    mark: Mark
    number: int | None
    why: str = ""
    minutes: int = 0

    @property
    def used(self) -> bool:
        """Whether the day went by on the clock: the meter's ``used`` is the number of these."""
        return self.mark in USED


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a row with the same mark and reason: ``first`` through ``last``, ``days`` of them.

    ``minutes`` are those of an hour clock, 0 for a clock that counts days.
    """

    first: date
    last: date
    mark: Mark
    days: int
    why: str
    minutes: int = 0


def counted_days(
    entries: Iterable[Entry],
    calendar: Calendar,
    rule: PauseRule,
    through: date,
) -> tuple[BookDay, ...]:
    """Return the days after the start through ``through``, each counted or left out, of a clock that counts days.

    ``entries`` may come in any order; ``calendar`` is the one in force.  Raises what
    :func:`~deadlines.law.ledger.arrange` raises, and ``CalendarNotCovered``.
    """
    ordered = arrange(entries)
    calendar.ordinal(the_start(ordered).on)
    calendar.ordinal(through)
    tally = Tally(the_start(ordered), calendar, rule)
    for entry in ordered:
        if not isinstance(entry, Stop):
            tally = tally.after(entry, calendar)
    return tuple(_walk(tally, through.toordinal()))


def counted_hours(entries: Iterable[HourEntry], calendar: Calendar, until: datetime) -> tuple[BookDay, ...]:
    """Return the days of an hour clock from the day of its start, each with its business minutes until ``until``.

    ``until`` is aware; minutes begun do not count, and a day of which a pause leaves nothing is a paused one.  Raises
    ``StartMissing``, ``BadHours`` and ``CalendarNotCovered``.
    """
    known = tuple(entries)
    start, due, gaps = the_hour_start(known), due_instant(known, calendar), gaps_of(known)
    reasons = "、".join(sorted({one.reason for one in known if isinstance(one, HourPause) and one.reason}))
    found: list[BookDay] = []
    total = timedelta()
    for ordinal in range(start.on.toordinal(), until.astimezone(CITY).date().toordinal() + 1):
        day = date.fromordinal(ordinal)
        if not calendar.is_workday(day):
            found.append(BookDay(day, "off", None, _rest(calendar, day)))
            continue
        midnight = datetime.combine(day, time(), CITY)
        begin, end = max(start.at, midnight), min(until, midnight + timedelta(days=1))
        worked = counted_between(begin, end, gaps, calendar, start.office) if end > begin else timedelta()
        if not worked and end > begin and worked_between(begin, end, calendar, start.office):
            found.append(BookDay(day, "paused", None, reasons))
            continue
        total += worked
        mark: Mark = "late" if due is not None and midnight > due else "counted"
        found.append(BookDay(day, mark, _minutes(total), _made_up(day), _minutes(worked)))
    return tuple(found)


def spans(days: Iterable[BookDay]) -> tuple[Span, ...]:
    """Return the days as runs of the same mark; weekends and festivals between working days keep their own."""
    found = []
    for (mark, why), run in groupby(days, key=_sort):
        kept = list(run)
        minutes = sum(one.minutes for one in kept)
        found.append(Span(kept[0].day, kept[-1].day, mark, len(kept), why, minutes))
    return tuple(found)


def by_line(lines: Sequence[Line], days: Sequence[BookDay]) -> tuple[tuple[BookDay, ...], ...]:
    """Return for each line of an explanation the days from the day after it through that of the next line.

    Every day belongs to the last line written before it, so the lines share the days out without gap or repetition.
    The line of the end counts nothing: the days after it are those that the limit would still have had.
    """
    found: list[list[BookDay]] = [[] for _ in lines]
    for one in days:
        before = [place for place, line in enumerate(lines) if line.date < one.day and line.kind != "stop"]
        found[before[-1] if before else 0].append(one)
    return tuple(tuple(part) for part in found)


def _sort(one: BookDay) -> tuple[Mark, str]:
    return one.mark, one.why


def _walk(tally: Tally, through: int) -> Iterable[BookDay]:
    landing, holes, calendar = tally.landing(), _named_holes(tally), tally.calendar
    number = 0
    for ordinal in range(tally.anchor + 1, through + 1):
        day = date.fromordinal(ordinal)
        reasons = {reason for (low, high), reason in holes if low < ordinal and (high is None or ordinal <= high)}
        if reasons:
            yield BookDay(day, "paused", None, "、".join(sorted(reasons - {""})))
        elif tally.unit == "wd" and not calendar.works(ordinal):
            yield BookDay(day, "off", None, _rest(calendar, day))
        else:
            number += 1
            yield BookDay(day, _mark(ordinal, landing), number, _special(tally, day))


def _named_holes(tally: Tally) -> list[tuple[Hole, str]]:
    ended = [(hole(pause.on, end, tally.rule), pause.reason) for pause, end in tally.ended]
    return ended + [(hole(pause.on, None, tally.rule), pause.reason) for pause in tally.open]


def _mark(ordinal: int, landing: Landing) -> Mark:
    if landing.raw is None or ordinal <= landing.raw:
        return "counted"
    return "rolled" if landing.due is None or ordinal <= landing.due else "late"


def _special(tally: Tally, day: date) -> str:
    if tally.unit == "wd":
        return _made_up(day)
    # Calendar days count at weekends too; only where the last day rolls does it matter which day is off.
    return "" if tally.calendar.is_workday(day) else _rest(tally.calendar, day)


def _made_up(day: date) -> str:
    """Say of a worked day at a weekend that it is made up for a festival."""
    return "调休上班" if day.weekday() >= _SATURDAY else ""


def _rest(calendar: Calendar, day: date) -> str:
    """Say why a day is not worked: a festival by its name, a closure of the centre by its reason, the weekend."""
    name = calendar.name(day)
    if not name:
        return "周末" if day.weekday() >= _SATURDAY else "休息"
    return name if any(festival in name for festival in FESTIVALS) else f"停止办公：{name}"


def _minutes(span: timedelta) -> int:
    return int(span // timedelta(minutes=1))
