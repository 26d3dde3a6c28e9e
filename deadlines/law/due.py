"""The date alone: where a ledger lands, without the explanation; thousands of clocks are counted again by this.

It says what :func:`deadlines.law.meter.fold` says, and reads the same entries; what the calendar was before does not
matter to the date, so changes of the calendar cost nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from deadlines.law.calendar import Calendar
from deadlines.law.errors import StartMissing
from deadlines.law.landing import Hole, days_of, hole, land, merge
from deadlines.law.ledger import Entry, Extend, Pause, PauseRule, Resume, Start


@dataclass(frozen=True, slots=True)
class Due:
    """The start, the days to count (extensions included), the due date (None while paused), and 暂定 or not."""

    start: Start
    quota: int
    on: date | None
    provisional: bool


def due_of(
    entries: Iterable[Entry],
    calendar: Calendar,
    rule: PauseRule = PauseRule.AFTER_P_THROUGH_R,
    *,
    resumed: date | None = None,
) -> Due:
    """Return where a ledger that :func:`~deadlines.law.ledger.arrange` takes lands under ``calendar``.

    With ``resumed`` an open pause counts as ended on that day: where the clock would land if it went on then.
    Raises ``StartMissing`` and ``CalendarNotCovered``.
    """
    start, extended = None, 0
    pauses: list[Pause] = []
    ends: dict[str, list[date]] = {}
    for entry in entries:
        if isinstance(entry, Start):
            start = entry
        elif isinstance(entry, Extend):
            extended += entry.days
        elif isinstance(entry, Pause):
            pauses.append(entry)
        elif isinstance(entry, Resume):
            ends.setdefault(entry.key, []).append(entry.on)
    if start is None:
        raise StartMissing(count=0)
    holes = _holes(pauses, ends, rule, resumed) if pauses else ()
    anchor = calendar.ordinal(start.on)
    quota = start.quota + extended
    landing = land(anchor, quota, start.unit, holes, calendar)
    last = landing.due if landing.due is not None else max(anchor, *(low for low, _ in holes))
    on = None if landing.due is None else date.fromordinal(landing.due)
    return Due(start, days_of(anchor, quota, start.unit), on, calendar.is_provisional(start.on, date.fromordinal(last)))


def _holes(pauses: list[Pause], ends: dict[str, list[date]], rule: PauseRule, resumed: date | None) -> tuple[Hole, ...]:
    """Return the union of what the pauses leave out; of one key, the first resumption ends the first pause."""
    left = {key: sorted(days) for key, days in ends.items()}
    holes = []
    for pause in sorted(pauses, key=lambda pause: pause.on):
        days = left.get(pause.key)
        end = days.pop(0) if days else resumed
        holes.append(hole(pause.on, None if end is None else max(end, pause.on), rule))
    return merge(holes)
