"""When a clock falls due and when its deadlines are delivered: the law's fold over a kept ledger.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from deadlines.law.calendar import Calendar
from deadlines.law.hour_ledger import HourEntry, HourStart
from deadlines.law.hour_meter import due_instant, fold_hours
from deadlines.law.instants import legal_due_at
from deadlines.law.ledger import Entry, PauseRule
from deadlines.law.meter import fold
from deadlines.law.reckoning import Reckoning
from deadlines.law.rungs import Span
from engine.foundation.clock import city_date, start_of_city_day
from engine.process.clocks.rules import AnyEntry


@dataclass(frozen=True)
class Effects:
    """What a clock does when it falls due, apart from its ladder: boundary, the house acts, its room is told."""

    boundary: bool = False
    due: bool = False
    overdue: bool = False


def in_hours(entries: Sequence[AnyEntry]) -> bool:
    """Tell whether the clock with these entries counts working hours."""
    return any(isinstance(entry, HourStart) for entry in entries)


def reckon(entries: Sequence[AnyEntry], calendar: Calendar, rule: PauseRule, *, today: date | None = None) -> Reckoning:
    """Return the due date, balance and explanation of a ledger under the pinned counting ``rule``.

    Raises the errors of the law.
    """
    if in_hours(entries):
        now = None if today is None else start_of_city_day(today + timedelta(days=1))
        return fold_hours(cast("Sequence[HourEntry]", entries), calendar, now)
    return fold(cast("Sequence[Entry]", entries), calendar, rule, today=today)


def due_moment(entries: Sequence[AnyEntry], calendar: Calendar) -> datetime | None:
    """Return the UTC instant at which a clock of hours falls due; None while it is paused, or counts days."""
    return due_instant(cast("Sequence[HourEntry]", entries), calendar) if in_hours(entries) else None


def put_off_to(
    before_on: date | None, before_at: datetime | None, due_on: date | None, due_at: datetime | None, now: datetime
) -> bool:
    """Tell whether a clock that was told overdue is not overdue any more: it falls due at another time, still to come.

    ``before_`` is when it fell due; ``due_on`` (legal day) or ``due_at`` (UTC) is when it does now.
    """
    if due_at is not None:
        return due_at != before_at and due_at > now
    return due_on is not None and due_on != before_on and due_on >= city_date(now)


def span_of(found: Reckoning, due_at: datetime | None) -> Span:
    """Return what the rungs of a ladder need to know of a clock that was reckoned so."""
    return Span(found.start.on, found.days, found.start.unit, found.due, due_at)


def instants(effects: Effects, due_on: date | None, due_at: datetime | None) -> dict[str, datetime]:
    """Return the UTC instant of each deadline but the ladder's: none while the date is open.

    They come when the due day is over (24:00, 民法典 203), or with the last working hour.
    """
    if due_on is None:
        return {}
    passed = due_at or legal_due_at(due_on)
    given = (("boundary", effects.boundary), ("due", effects.due), ("overdue", effects.overdue))
    return {name: passed for name, wanted in given if wanted}
