"""The working-day calendar: one sorted array of working days, and which years are final.

Working-day law: 行政许可法 82 (期限以工作日计，不含法定节假日); the day something happens is not counted, the
count begins on the next day (民法典 201).  The calendar never guesses: a date outside it raises.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import pairwise

from deadlines.law.errors import CalendarBroken, CalendarNotCovered
from deadlines.law.rows import DayRow, Status, seed_rows
from deadlines.law.wording import day_text


@dataclass(frozen=True, slots=True)
class Day:
    """A date found by counting, and whether counting to it touched a year that is not yet published."""

    date: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class DaysOff:
    """A run of days that share a name and a nature: a festival, a local closure, or make-up working days."""

    name: str
    first: date
    last: date
    worked: bool


@dataclass(frozen=True)
class Calendar:
    """Working days of a run of whole years.  Dates are legal days (Asia/Shanghai); ordinals are proleptic.

    ``workdays`` is sorted; ``first`` and ``last`` are the covered ordinals; ``names`` tells the special days;
    ``confirmed`` holds the years whose arrangement is published; ``version`` names the state of the rows.
    """

    workdays: tuple[int, ...]
    first: int
    last: int
    confirmed: frozenset[int]
    names: Mapping[int, str]
    version: int = 0

    @classmethod
    def from_rows(cls, rows: Iterable[DayRow], version: int = 0) -> Calendar:
        """Build the calendar from one row per day, in any order.

        Raises :class:`CalendarBroken` unless the rows are whole years without gap or repetition.
        """
        ordered = sorted(rows, key=lambda row: row.day)
        if not ordered:
            raise CalendarBroken(problem="没有任何日期")
        first, last = ordered[0].day, ordered[-1].day
        if (first.month, first.day, last.month, last.day) != (1, 1, 12, 31):
            raise CalendarBroken(problem=f"须为完整年度，现为{first}至{last}")
        for before, after in pairwise(ordered):
            if after.day.toordinal() != before.day.toordinal() + 1:
                raise CalendarBroken(problem=f"{before.day}之后应为次日，现为{after.day}")
        years = set(range(first.year, last.year + 1))
        return cls(
            workdays=tuple(row.day.toordinal() for row in ordered if row.is_workday),
            first=first.toordinal(),
            last=last.toordinal(),
            confirmed=frozenset(years - {row.day.year for row in ordered if row.status == Status.PROVISIONAL}),
            names={row.day.toordinal(): row.name for row in ordered if row.name},
            version=version,
        )

    @property
    def first_day(self) -> date:
        """The first covered day."""
        return date.fromordinal(self.first)

    @property
    def last_day(self) -> date:
        """The last covered day."""
        return date.fromordinal(self.last)

    def covers(self, day: date) -> bool:
        """Tell whether the calendar knows ``day``."""
        return self.first <= day.toordinal() <= self.last

    def is_workday(self, day: date) -> bool:
        """Tell whether ``day`` is worked; raise :class:`CalendarNotCovered` for an unknown day."""
        return self.works(self.ordinal(day))

    def count(self, after: date, through: date) -> int:
        """Return the number of working days in (``after``, ``through``], negative if they are reversed.

        Raises :class:`CalendarNotCovered` if either day is unknown.
        """
        return self.count_ordinals(self.ordinal(after), self.ordinal(through))

    def add(self, day: date, days: int) -> Day:
        """Return the ``days``-th working day after ``day`` (``days`` ≥ 0).

        Zero days mean ``day`` itself if it is worked, else the next working day (即办件: 当日业务结束).
        Raises :class:`CalendarNotCovered` when ``day`` or the answer is not covered.
        """
        if days == 0:
            return self.roll(day)
        found = date.fromordinal(self.nth_after(self.ordinal(day), days))
        return Day(found, self.is_provisional(day, found))

    def roll(self, day: date) -> Day:
        """Return ``day`` if it is worked, else the next working day (民法典 203); raises like :meth:`add`."""
        found = date.fromordinal(self.nth_after(self.ordinal(day) - 1, 1))
        return Day(found, self.is_provisional(day, found))

    def back(self, day: date, days: int) -> date:
        """Return the ``days``-th working day before ``day`` (``days`` ≥ 1); raises like :meth:`add`."""
        place = bisect_left(self.workdays, self.ordinal(day)) - days
        if place < 0:
            raise self.not_covered("推算的日期")
        return date.fromordinal(self.workdays[place])

    def is_provisional(self, first: date, last: date) -> bool:
        """Tell whether any year from ``first`` through ``last`` is not yet published."""
        return any(year not in self.confirmed for year in range(first.year, last.year + 1))

    def name(self, day: date) -> str:
        """Return the festival's or closure's name of ``day``, or an empty text."""
        return self.names.get(day.toordinal(), "")

    def specials(self, after: date, through: date) -> tuple[DaysOff, ...]:
        """Return the named days in (``after``, ``through``] as runs, in order, to explain a count."""
        runs: list[DaysOff] = []
        for ordinal in range(after.toordinal() + 1, through.toordinal() + 1):
            name = self.names.get(ordinal)
            if name is None:
                continue
            day, worked = date.fromordinal(ordinal), self.works(ordinal)
            last = runs[-1] if runs else None
            if last and (last.name, last.worked, last.last.toordinal()) == (name, worked, ordinal - 1):
                runs[-1] = replace(last, last=day)
            else:
                runs.append(DaysOff(name, day, day, worked))
        return tuple(runs)

    def changed(self, closed: Iterable[date], opened: Iterable[date], confirmed: frozenset[int]) -> Calendar:
        """Return this calendar with days closed and opened, and exactly ``confirmed`` as its published years.

        The changed days lose their names, because the names belong to the rows as they are now.
        """
        shut, worked = ({day.toordinal() for day in days} for days in (closed, opened))
        names = {day: name for day, name in self.names.items() if day not in shut | worked}
        workdays = tuple(sorted((set(self.workdays) - shut) | worked))
        return replace(self, workdays=workdays, confirmed=confirmed, names=names)

    # The meter counts in ordinals, because it works on thousands of clocks after a change of calendar.

    def ordinal(self, day: date) -> int:
        """Return the ordinal of ``day``; raise :class:`CalendarNotCovered` if it is unknown."""
        if not self.covers(day):
            raise self.not_covered(day_text(day))
        return day.toordinal()

    def works(self, ordinal: int) -> bool:
        """Tell whether the covered ``ordinal`` is worked."""
        place = bisect_left(self.workdays, ordinal)
        return place < len(self.workdays) and self.workdays[place] == ordinal

    def count_ordinals(self, after: int, through: int) -> int:
        """Return the number of known working days in (``after``, ``through``]."""
        return bisect_right(self.workdays, through) - bisect_right(self.workdays, after)

    def nth_after(self, after: int, days: int) -> int:
        """Return the ordinal of the ``days``-th working day after ``after`` (``days`` ≥ 1), or raise."""
        place = bisect_right(self.workdays, after) + days - 1
        if place >= len(self.workdays):
            raise self.not_covered("推算的日期")
        return self.workdays[place]

    def not_covered(self, wanted: str) -> CalendarNotCovered:
        """Return the refusal that ``wanted`` lies outside this calendar."""
        return CalendarNotCovered(wanted=wanted, first=day_text(self.first_day), last=day_text(self.last_day))


@cache
def seed_calendar() -> Calendar:
    """Return the checked-in calendar, 2020 to 2035, for programs that run without a database."""
    return Calendar.from_rows(seed_rows())
