"""A clock as the pages show it: its state, its grounds, and the days it counted as small months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from deadlines.law.daybook import MARKS, BookDay
from deadlines.law.daywords import minutes_text, spans_text
from deadlines.law.reckoning import Line
from deadlines.law.wording import amount_text
from engine.casework.cases.clockbook import CaseClock, clocks_of_case
from engine.casework.cases.queries import CaseFile
from engine.foundation.clock import city_date
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.queries import ClockRow
from engine.registry.identity.reading import Reading
from web.standing import Due, due_of_clock

SIGNS = {"off": "休", "paused": "停", "rolled": "顺", "late": "超"}
"""What stands in the cell of a day that has no number of the limit."""


@dataclass(frozen=True)
class Cell:
    """A day in the months: its number in the month, its sign (a running number, or a word), how it is styled."""

    day: date
    sign: str
    kind: str
    said: str
    due: bool
    today: bool


@dataclass(frozen=True)
class Month:
    """A month, or the part of it that a clock covers; ``before`` counts the empty places of the first week."""

    title: str
    before: int
    counted: str
    cells: list[Cell]


@dataclass(frozen=True)
class ShownClock:
    """A clock on a page."""

    clock: CaseClock
    due: Due
    months: list[Month]
    lines: list[tuple[Line, str]]
    """Each line of the explanation with the days it counted and left out, in words."""

    @property
    def row(self) -> ClockRow:
        """The clock as kept."""
        return self.clock.book.view.row


def shown_clocks(view: Reading, case: CaseFile) -> list[ShownClock]:
    """Return the clocks of a case as shown."""
    calendar, today = view.part(Calendars).current(view.connection), city_date(view.now)
    return [
        ShownClock(
            clock=one,
            due=due_of_clock(one.book.view.row, calendar, today, view.now),
            months=months_of(one, today),
            lines=[(line, spans_text(parts, _unit(one), line.date.year)) for line, parts in one.book.lines],
        )
        for one in clocks_of_case(view, case)
    ]


def months_of(one: CaseClock, today: date) -> list[Month]:
    """Return the days of a clock as months, the day of the start included."""
    found, row = one.book.view.reckoning, one.book.view.row
    unit = _unit(one)
    begins = found.start.on
    # An hour clock counts on the very day it starts; any other leaves that day out (民法典 201).
    cells = [] if unit == "wh" else [Cell(begins, "起", "start", "起算，不计入", begins == row.due_on, begins == today)]
    cells += [_cell(day, unit, row.due_on, today) for day in one.book.days]
    months = []
    for (year, month), part in groupby(cells, key=_month):
        kept = list(part)
        inside = [day for day in one.book.days if _same_month(day.day, kept[0].day)]
        months.append(Month(f"{year}年{month}月", kept[0].day.weekday(), _counted(inside, unit), kept))
    return months


def _cell(one: BookDay, unit: str, due: date | None, today: date) -> Cell:
    sign = SIGNS.get(one.mark, "")
    if one.mark == "counted":
        sign = f"{one.minutes // 60}:{one.minutes % 60:02d}" if unit == "wh" else str(one.number)
    sign = f"{sign}止" if one.day == due else sign
    said = f"{MARKS[one.mark]}，{one.why}" if one.why else MARKS[one.mark]
    return Cell(one.day, sign, one.mark, said, one.day == due, one.day == today)


def _counted(days: Sequence[BookDay], unit: str) -> str:
    if unit == "wh":
        return minutes_text(sum(one.minutes for one in days))
    return amount_text(sum(one.mark == "counted" for one in days), unit)


def _unit(one: CaseClock) -> str:
    return one.book.view.reckoning.start.unit


def _month(cell: Cell) -> tuple[int, int]:
    return cell.day.year, cell.day.month


def _same_month(one: date, other: date) -> bool:
    return (one.year, one.month) == (other.year, other.month)
