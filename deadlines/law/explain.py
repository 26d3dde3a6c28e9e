"""The line-by-line explanation: what each entry did to the date, so that the lines add up to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from deadlines.law import sentences
from deadlines.law.landing import Landing, hole
from deadlines.law.ledger import CalendarChange, Entry, Extend, Pause, Resume
from deadlines.law.reckoning import Line, LineKind
from deadlines.law.tally import Tally


def line(entry: Entry, tally: Tally, before: list[Line]) -> Line:
    """Return the line of ``entry``; ``tally`` is the clock after it, ``before`` are the lines already written."""
    landing = tally.landing()
    due = day_of(landing.due)
    if landing.raw is not None:
        delta = tally.span(tally.anchor, landing.raw) - sum(earlier.delta for earlier in before)
    else:
        # While the date is open only the quota is known to have grown.
        delta = tally.days - _days_before(entry, tally) if isinstance(entry, Extend) else 0
    kind, sentence = _say(entry, tally, before, due, delta)
    return Line(entry.on, sentence, delta, due, kind)


def roll_lines(tally: Tally, landing: Landing) -> list[Line]:
    """Return the line that moves a last day off to the next working day, or none if it is worked."""
    if landing.raw is None or landing.due is None or landing.raw == landing.due:
        return []
    raw, due = date.fromordinal(landing.raw), date.fromordinal(landing.due)
    words = sentences.date_words(due, tally.start.on, tally.calendar)
    sentence = sentences.roll_line(raw, words, tally.calendar.name(raw))
    return [Line(raw, sentence, tally.span(landing.raw, landing.due), due, "roll")]


def day_of(ordinal: int | None) -> date | None:
    """Return the date of ``ordinal``, or None while it is open."""
    return None if ordinal is None else date.fromordinal(ordinal)


def _say(entry: Entry, tally: Tally, before: list[Line], due: date | None, delta: int) -> tuple[LineKind, str]:
    start = tally.start
    words = sentences.due_words(due, start.on, tally.calendar)
    moved_to = sentences.date_words(due, start.on, tally.calendar) if due is not None else ""
    dates = [start.on, *(earlier.due_after for earlier in before if earlier.due_after is not None)]
    special = sentences.special_days(dates[-1], due, tally.unit, tally.calendar)
    if isinstance(entry, Pause):
        return "pause", sentences.pause_line(entry, due)
    if isinstance(entry, Resume):
        effect = sentences.resume_effect(delta, tally.unit, words, moved_to)
        return "resume", sentences.resume_line(entry.on, _gap(tally), effect)
    if isinstance(entry, Extend):
        return "extend", sentences.extend_line(entry, start.unit, words + special)
    if isinstance(entry, CalendarChange):
        return "calendar", sentences.change_line(entry, start.on, before[-1].due_after, due, moved_to)
    return "start", sentences.start_line(start, words, special)


def _days_before(extension: Extend, tally: Tally) -> int:
    return replace(tally, extended=tally.extended - extension.days).days


def _gap(tally: Tally) -> tuple[date, date] | None:
    """Return the days that the pause ended last leaves out, or None if the rule leaves none."""
    pause, end = tally.ended[-1]
    low, high = hole(pause.on, end, tally.rule)
    if high is None or high <= low:
        return None
    return date.fromordinal(low + 1), date.fromordinal(high)
