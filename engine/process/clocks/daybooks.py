"""How a kept clock stands in words, and its days one by one: what pages, lists, the API and the command line show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from deadlines.law.calendar import Calendar
from deadlines.law.daybook import BookDay, Span, by_line, counted_days, counted_hours, spans
from deadlines.law.errors import LawError
from deadlines.law.hour_ledger import HourEntry
from deadlines.law.hours import worked_between
from deadlines.law.ledger import Entry, Extend, Pause, PauseRule
from deadlines.law.notice import notice_sentence
from deadlines.law.reckoning import Line
from deadlines.law.saying import days_left, hour_words, standing_words
from engine.foundation.clock import start_of_city_day
from engine.foundation.store.unit import Unit
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.ledgers import ClockRefused, ClockView, stand
from engine.process.clocks.queries import ClockRow, entries_of
from engine.process.clocks.reckoning import in_hours, reckon


@dataclass(frozen=True)
class ClockBook:
    """A clock with its standing in words, every day of it, and what each line of the explanation counted."""

    view: ClockView
    words: str
    days: tuple[BookDay, ...]
    lines: tuple[tuple[Line, tuple[Span, ...]], ...]

    @property
    def spans(self) -> tuple[Span, ...]:
        """The days as runs."""
        return spans(self.days)

    @property
    def excluded(self) -> tuple[Span, ...]:
        """The runs left out of the count, with the reason: days off and paused ones."""
        return tuple(one for one in self.spans if one.mark in ("off", "paused"))


def words_of(row: ClockRow, calendar: Calendar, today: date, now: datetime | None = None) -> str:
    """Return how a clock stands on ``today`` (Asia/Shanghai), in words.

    ``now`` (UTC) lets a clock of working hours that is over say by how much.  Raises ``CalendarNotCovered``.
    """
    found = stand(row, calendar, today)
    if row.due_at is not None:
        return hour_words(found, row.due_at, _late(row, calendar, now))
    left = days_left(today, row.due_on, row.unit, calendar) if row.due_on is not None else 0
    return standing_words(found, left, row.unit)


def notice_words(unit: Unit, row: ClockRow, *more: Pause | Extend) -> str:
    """Return how a clock is counted as a notice says it: ``承诺时限：自2026年3月2日起，…，至2026年3月16日止。``

    ``more`` is what the notice itself is about to enter into the ledger.  Raises :class:`ClockRefused`.
    """
    calendar = unit.part(Calendars).current(unit.connection)
    try:
        found = reckon([*entries_of(unit.connection, row.id), *more], calendar, PauseRule(row.rule))
    except LawError as error:
        raise ClockRefused(sentence=error.sentence) from error
    return f"{row.title}：{notice_sentence(found)}"


def book_of(view: ClockView, calendar: Calendar, today: date, now: datetime) -> ClockBook:
    """Return a clock with its days: through the due date, and beyond it through the stop or ``today`` when late.

    ``calendar`` is the one in force, ``today`` the day of ``now`` in the city.  Raises ``CalendarNotCovered``.
    """
    days = _hours(view, now) if in_hours(view.entries) else _days(view, today)
    lines = view.reckoning.ledger
    told = tuple(zip(lines, (spans(part) for part in by_line(lines, days)), strict=True))
    return ClockBook(view, words_of(view.row, calendar, today, now), days, told)


def _hours(view: ClockView, now: datetime) -> tuple[BookDay, ...]:
    row, over = view.row, start_of_city_day(view.calendar.last_day + timedelta(days=1))
    due = row.due_at or now
    seen = due if row.state == "fired" else row.stopped_at or now
    entries = cast("Sequence[HourEntry]", view.entries)
    return counted_hours(entries, view.calendar, min(max(due, seen), over))


def _days(view: ClockView, today: date) -> tuple[BookDay, ...]:
    row, found = view.row, view.reckoning
    seen = row.stopped_on or today
    due = seen if found.due is None else found.due
    through = due if row.state == "fired" else max(seen, due)
    entries = cast("Sequence[Entry]", view.entries)
    return counted_days(entries, view.calendar, PauseRule(row.rule), min(through, view.calendar.last_day))


def _late(row: ClockRow, calendar: Calendar, now: datetime | None) -> timedelta | None:
    until = row.stopped_at or now
    if row.due_at is None or row.office is None or until is None:
        return None
    return worked_between(row.due_at, until, calendar, row.office)
