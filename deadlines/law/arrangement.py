"""A year's arrangement of days off: checked against the law, and made rows; and which year is missing.

Sources: the State Council's yearly notice; 《全国年节及纪念日放假办法》 article 2.  Nothing is guessed: whatever does
not fit is a problem of its own, and an arrangement with problems makes no rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from deadlines.law.arrangement_text import WEEKDAYS, Run, read_text
from deadlines.law.calendar import Calendar
from deadlines.law.errors import (
    ArrangementCount,
    ArrangementEmpty,
    ArrangementFestival,
    ArrangementMakeup,
    ArrangementOutside,
    ArrangementSettled,
    ArrangementStatutory,
    ArrangementTwice,
    ClosureEmpty,
    ClosureNotWorked,
    ClosureTooEarly,
    ClosureTooLong,
    LawError,
)
from deadlines.law.festivals import FESTIVALS, festival_of, statutory_days
from deadlines.law.rows import DayKind, DayRow, Status
from deadlines.law.wording import day_text

BEFORE: Final = (12, 25)
AFTER: Final = (1, 10)
"""A notice may begin on 25 December of the year before and end on 10 January of the year after."""

MOST_CLOSED: Final = 31
ASKED_FROM: Final = (10, 1)
"""From this day on the next year's notice is asked for: it comes out between October and December."""

_WORDS: Mapping[str, str] = {"off": "放假", "work": "上班"}


@dataclass(frozen=True)
class Arrangement:
    """Days off (name, first, last) and make-up days of ``year`` in order, and everything that is wrong with them."""

    year: int
    days_off: tuple[tuple[str, date, date], ...]
    workdays: tuple[tuple[str, date], ...]
    problems: tuple[LawError, ...]
    whole: bool
    """Whether it arranges the whole year; otherwise it only changes a year that was published before."""


def parse_arrangement(text: str, year: int, *, whole: bool = True) -> Arrangement:
    """Return what the notice ``text`` arranges in ``year``, with every problem it has.

    With ``whole`` all seven festivals and every statutory day must be in it; without, it may change single days of a
    published year (as the Spring Festival of 2020 was lengthened), and work may return to a weekday.
    """
    said = read_text(text, year)
    runs = _named(said.runs)
    problems = list(said.problems)
    if not runs and not problems:
        problems.append(ArrangementEmpty(year=year))
    problems += _counts(said.counts)
    problems += _outside(runs, year)
    problems += _twice(runs)
    if whole:
        problems += [*_makeups(runs), *(_missing(runs, year) if runs else ())]
    return Arrangement(
        year,
        tuple(sorted(((run.name, run.first, run.last) for run in runs if run.kind == "off"), key=lambda one: one[1])),
        tuple(
            sorted(((run.name, day) for run in runs if run.kind == "work" for day in run.days), key=lambda one: one[1])
        ),
        tuple(problems),
        whole,
    )


def rows_of(arrangement: Arrangement, rows: Sequence[DayRow], source: str) -> list[DayRow]:
    """Return the rows that ``arrangement`` makes different from the national ``rows``, on the strength of ``source``.

    A whole year is made anew: every day of it, published.  Days of the year before may change only as the run of
    元旦 that begins there.  Raises the arrangement's first problem, :class:`ArrangementSettled`,
    :class:`ArrangementMakeup` and :class:`ArrangementStatutory`.
    """
    if arrangement.problems:
        raise arrangement.problems[0]
    known = {row.day: row for row in rows}
    wanted: dict[date, DayRow] = {}
    if arrangement.whole:
        wanted = {day: _ordinary(day, source) for day in _days(arrangement.year)}
    for name, first, last in arrangement.days_off:
        for day in _between(first, last):
            wanted[day] = DayRow(day, False, DayKind.HOLIDAY, name, Status.CONFIRMED, source)
    for name, day in arrangement.workdays:
        wanted[day] = _worked(day, name, source, known.get(day), arrangement.whole)
    for day in wanted:
        _refuse_settled(day, arrangement, known)
    # A day of a year that is not published yet stays derived, like the rest of that year.
    sure = {day: _as_sure(row, known.get(day), arrangement.year) for day, row in wanted.items()}
    changed = [row for day, row in sorted(sure.items()) if not _as_before(row, known.get(day), arrangement.whole)]
    if not arrangement.whole:
        _refuse_statutory(changed)
    return changed


def closed_rows(days: Iterable[date], calendar: Calendar, today: date, reason: str, source: str) -> list[DayRow]:
    """Return the rows of a closure of the windows on ``days`` (city's own, 4.1.8) approved by document ``source``.

    Raises :class:`ClosureEmpty`, :class:`ClosureTooLong`, :class:`ClosureTooEarly` (more than one working day back),
    :class:`ClosureNotWorked` and ``CalendarNotCovered``.
    """
    wanted = sorted(set(days))
    if not wanted:
        raise ClosureEmpty
    if len(wanted) > MOST_CLOSED:
        raise ClosureTooLong(days=len(wanted), most=MOST_CLOSED)
    first = calendar.back(today, 1)
    for day in wanted:
        if day < first:
            raise ClosureTooEarly(day=day_text(day), first=day_text(first))
        if not calendar.is_workday(day):
            raise ClosureNotWorked(day=day_text(day))
    confirmed = calendar.confirmed
    return [
        DayRow(
            day, False, DayKind.LOCAL, reason, Status.CONFIRMED if day.year in confirmed else Status.PROVISIONAL, source
        )
        for day in wanted
    ]


def missing_year(today: date, calendar: Calendar) -> int | None:
    """Return the year whose notice is missing on ``today``: this one, or from 1 October the next; None if neither."""
    if today.year not in calendar.confirmed:
        return today.year
    asked = (today.month, today.day) >= ASKED_FROM
    return today.year + 1 if asked and today.year + 1 not in calendar.confirmed else None


def _named(runs: Iterable[Run]) -> list[Run]:
    """Return the runs under the names of festivals: as written, by the statutory day in them, or as the run before."""
    short = {"清明": "清明节", "五一": "劳动节", "端午": "端午节", "中秋": "中秋节", "国庆": "国庆节", "新年": "元旦"}
    named: list[Run] = []
    for run in runs:
        found = "、".join(dict.fromkeys(name for day in run.days if (name := festival_of(day))))
        name = short.get(run.name, run.name) or found or (named[-1].name if named else "")
        named.append(replace(run, name=name))
    return named


def _counts(counts: Iterable[tuple[str, int, int]]) -> list[LawError]:
    return [
        ArrangementCount(name=name or "放假", said=said, found=found) for name, said, found in counts if said != found
    ]


def _outside(runs: Sequence[Run], year: int) -> list[LawError]:
    first, last = date(year - 1, *BEFORE), date(year + 1, *AFTER)
    return [
        ArrangementOutside(day=day_text(day), year=year, first=day_text(first), last=day_text(last))
        for run in runs
        for day in (run.first, run.last)
        if not first <= day <= last
    ]


def _twice(runs: Sequence[Run]) -> list[LawError]:
    seen: dict[date, str] = {}
    problems: list[LawError] = []
    for run in runs:
        for day in run.days:
            word = f"{run.name}{_WORDS[run.kind]}"
            if day in seen:
                problems.append(ArrangementTwice(day=day_text(day), before=seen[day], after=word))
            seen[day] = word
    return problems


def _makeups(runs: Sequence[Run]) -> list[LawError]:
    days = [day for run in runs if run.kind == "work" for day in run.days]
    return [_no_makeup(day) for day in days if day.weekday() < 5]


def _no_makeup(day: date) -> LawError:
    return ArrangementMakeup(day=day_text(day), weekday=WEEKDAYS[day.weekday()])


def _missing(runs: Sequence[Run], year: int) -> list[LawError]:
    off = {day for run in runs if run.kind == "off" for day in run.days}
    written = "、".join(run.name for run in runs)
    absent = [name for name in FESTIVALS if name not in written]
    problems: list[LawError] = [ArrangementFestival(name=name) for name in absent]
    for name, days in statutory_days(year).items():
        if name not in absent:
            gone = [day for day in days if day not in off and not _rests(day, runs)]
            problems += [ArrangementStatutory(day=day_text(day), name=name) for day in gone]
    return problems


def _rests(day: date, runs: Sequence[Run]) -> bool:
    """A statutory day at a weekend is off without being listed (“与周末连休”), unless it is made a day of work."""
    return day.weekday() > 4 and not any(run.kind == "work" and day in run.days for run in runs)


def _worked(day: date, name: str, source: str, known: DayRow | None, whole: bool) -> DayRow:
    if day.weekday() > 4:
        return DayRow(day, True, DayKind.MAKEUP, name, Status.CONFIRMED, source)
    # Only a correction of a published year can give a weekday back to work.
    if whole or known is None or known.is_workday:
        raise _no_makeup(day)
    return DayRow(day, True, DayKind.WORKDAY, "", Status.CONFIRMED, source)


def _as_before(row: DayRow, known: DayRow | None, whole: bool) -> bool:
    """Tell whether nothing changes: a published day keeps its source when another notice says the same of it."""
    return known is not None and (row if whole else replace(row, source=known.source)) == known


def _as_sure(row: DayRow, known: DayRow | None, year: int) -> DayRow:
    return row if known is None or row.day.year == year else replace(row, status=known.status)


def _refuse_settled(day: date, arrangement: Arrangement, known: Mapping[date, DayRow]) -> None:
    row = known.get(day)
    if day.year == arrangement.year or (row is not None and row.status == Status.PROVISIONAL):
        return
    names = [name for name, first, last in arrangement.days_off if first <= day <= last]
    names += [name for name, worked in arrangement.workdays if worked == day]
    if row is None or day.year > arrangement.year or "元旦" not in "".join(names):
        raise ArrangementSettled(day=day_text(day), year=day.year, wanted=arrangement.year)


def _refuse_statutory(rows: Iterable[DayRow]) -> None:
    for row in rows:
        name = festival_of(row.day)
        if row.is_workday and name:
            raise ArrangementStatutory(day=day_text(row.day), name=name)


def _ordinary(day: date, source: str) -> DayRow:
    worked = day.weekday() < 5
    return DayRow(day, worked, DayKind.WORKDAY if worked else DayKind.WEEKEND, "", Status.CONFIRMED, source)


def _days(year: int) -> list[date]:
    return _between(date(year, 1, 1), date(year, 12, 31))


def _between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]
