"""The meter of a clock in working hours: its due instant is a fold over its ledger, explained line by line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from deadlines.law import hour_sentences as sentences
from deadlines.law.calendar import Calendar
from deadlines.law.hour_ledger import (
    HourEntry,
    HourExtend,
    HourPause,
    HourResume,
    HourStart,
    HourStop,
    arrange_hours,
    the_hour_start,
)
from deadlines.law.hours import Gap, OfficeHours, counted_between, land_hours, merge_gaps, worked_between
from deadlines.law.instants import CITY
from deadlines.law.ledger import CalendarChange
from deadlines.law.reckoning import Line, LineKind, Reckoning

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Span:
    """A clock in hours after some of its entries."""

    start: HourStart
    extended: int
    gaps: tuple[Gap, ...]
    calendar: Calendar

    @property
    def office(self) -> OfficeHours:
        return self.start.office

    def landing(self) -> tuple[datetime | None, timedelta]:
        hours = self.start.quota + self.extended
        return land_hours(self.start.at, hours, self.gaps, self.calendar, self.office)

    def due(self) -> datetime | None:
        return self.landing()[0]

    def counted(self, after: datetime, until: datetime) -> timedelta:
        return counted_between(after, until, self.gaps, self.calendar, self.office)

    def left_out(self) -> timedelta:
        """Return the business time that the pauses ended so far leave out."""
        ended = ((begin, end) for begin, end in self.gaps if end is not None)
        return sum((worked_between(begin, end, self.calendar, self.office) for begin, end in ended), timedelta())


def due_instant(
    entries: Iterable[HourEntry], calendar: Calendar, *, resumed: datetime | None = None
) -> datetime | None:
    """Return the UTC instant at which the clock with these ``entries`` falls due, None while an open pause holds it.

    With ``resumed`` an open pause counts as ended then: where the clock would land if it went on at that instant.
    Raises ``StartMissing``, ``BadHours`` and ``CalendarNotCovered``.
    """
    return _span(tuple(entries), calendar, resumed).due()


def fold_hours(entries: Iterable[HourEntry], calendar: Calendar, now: datetime | None = None) -> Reckoning:
    """Return the due date, the whole hours left at ``now`` and the explanation of a clock in hours.

    Entries may come in any order.  Without ``now`` the balance is that at the due instant; hours begun count as left.
    What a pause leaves out is said in its line to the minute, and ``excluded`` stays empty: its days are whole ones.
    Raises what :func:`arrange_hours` raises, ``BadHours`` and ``CalendarNotCovered``.
    """
    ordered = arrange_hours(entries)
    span, lines = _span(ordered, calendar), _lines(ordered, calendar)
    stop = ordered[-1] if isinstance(ordered[-1], HourStop) else None
    due, remaining = span.landing()
    stopped = stop is not None and (now is None or now >= stop.at)
    seen = stop.at if stop is not None and stopped else now
    left = _hours_left(span, due, remaining, seen)
    due_on = _day(due)
    known = due_on or max(_day(begin) or span.start.on for begin, _ in span.gaps)
    if stop is not None:
        lines.append(Line(stop.on, _stop_sentence(stop, span, due), 0, due_on, "stop"))
    quota = span.start.quota + span.extended
    return Reckoning(
        due=due_on, provisional=calendar.is_provisional(span.start.on, known), used=quota - left, left=left,
        state="stopped" if stopped else "paused" if _holds(span, now) else "running", ledger=tuple(lines),
        start=span.start, extended=span.extended, days=quota, excluded=(),
        stopped_on=None if stop is None else stop.on, calendar_version=calendar.version,
    )  # fmt: skip


def gaps_of(entries: Iterable[HourEntry]) -> tuple[Gap, ...]:
    """Return the union of what the pauses leave out, in order; an open one has no end."""
    return _gaps(tuple(entries))


def _span(entries: Sequence[HourEntry], calendar: Calendar, resumed: datetime | None = None) -> _Span:
    """Return the clock after ``entries``."""
    extended = sum(entry.hours for entry in entries if isinstance(entry, HourExtend))
    return _Span(the_hour_start(entries), extended, _gaps(entries, resumed), calendar)


def _gaps(entries: Sequence[HourEntry], resumed: datetime | None = None) -> tuple[Gap, ...]:
    """Return the gaps of the pauses; of one key, the first resumption ends the first pause."""
    ends: dict[str, list[datetime]] = {}
    for entry in entries:
        if isinstance(entry, HourResume):
            ends.setdefault(entry.key, []).append(entry.at)
    for instants in ends.values():
        instants.sort()
    gaps: list[Gap] = []
    for pause in sorted((one for one in entries if isinstance(one, HourPause)), key=_instant):
        left = ends.get(pause.key)
        end = left.pop(0) if left else resumed
        gaps.append((pause.at, None if end is None else max(end, pause.at)))
    return merge_gaps(gaps)


def _instant(pause: HourPause) -> datetime:
    return pause.at


def _lines(ordered: Sequence[HourEntry], calendar: Calendar) -> list[Line]:
    """Return the line of each entry by the calendar of then, which is found by undoing the changes since."""
    then, in_force = calendar, list[Calendar]()
    for entry in reversed(ordered):
        in_force.append(then)
        if isinstance(entry, CalendarChange):
            then = then.changed(entry.opened, entry.closed, then.confirmed - set(entry.confirmed))
    lines: list[Line] = []
    before: _Span | None = None
    for place, (entry, calendar_then) in enumerate(zip(ordered, in_force[::-1], strict=True), 1):
        if isinstance(entry, HourStop):
            break
        span = _span(ordered[:place], calendar_then)
        kind, sentence, delta = _say(entry, span, before or span)
        lines.append(Line(entry.on, sentence, delta, _day(span.due()), kind))
        before = span
    return lines


def _say(entry: HourEntry, span: _Span, before: _Span) -> tuple[LineKind, str, int]:
    """Return the kind, the sentence and the whole hours that ``entry`` adds; ``before`` is the clock without it."""
    due = span.due()
    if isinstance(entry, CalendarChange):
        return "calendar", sentences.change_line(entry, span.start.on, before.due(), due), 0
    if isinstance(entry, HourPause):
        return "pause", sentences.pause_line(entry.at, entry.reason, entry.document, due), 0
    if isinstance(entry, HourResume):
        return "resume", sentences.resume_line(entry.at, span.left_out() - before.left_out(), due), 0
    if isinstance(entry, HourExtend):
        return "extend", sentences.extend_line(entry.hours, entry.reason, due), entry.hours
    start, office = span.start, span.office
    return "start", sentences.start_line(start.at, start.quota, (office.opens, office.closes), due), start.quota


def _hours_left(span: _Span, due: datetime | None, remaining: timedelta, seen: datetime | None) -> int:
    """Return the whole hours left at ``seen`` (None: the end of the count), negative once overdue; begun ones count."""
    if due is None:
        # The open gap is the last of them: from its instant on nothing is used any more.
        held = span.gaps[-1][0]
        at = held if seen is None else min(max(seen, span.start.at), held)
        return -int(-(remaining + span.counted(at, held)) // _HOUR)
    at = due if seen is None else max(seen, span.start.at)
    return -int(-span.counted(at, due) // _HOUR) if at <= due else -int(span.counted(due, at) // _HOUR)


def _holds(span: _Span, now: datetime | None) -> bool:
    if now is None:
        return any(end is None for _, end in span.gaps)
    return any(begin <= now and (end is None or now < end) for begin, end in span.gaps)


def _stop_sentence(stop: HourStop, span: _Span, due: datetime | None) -> str:
    late = span.counted(due, stop.at) if due is not None and stop.at > due else None
    return sentences.stop_line(stop.at, late)


def _day(instant: datetime | None) -> date | None:
    return None if instant is None else instant.astimezone(CITY).date()
