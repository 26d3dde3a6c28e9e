"""The clock after some of its entries: what the meter carries from one entry to the next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from deadlines.law.calendar import Calendar
from deadlines.law.landing import Hole, Landing, days_of, hole, land, merge, span
from deadlines.law.ledger import Entry, Extend, Pause, PauseRule, Resume, Start, Unit


@dataclass(frozen=True, slots=True)
class Tally:
    """The start, the calendar then in force, the counting rule, and what the entries so far have added."""

    start: Start
    calendar: Calendar
    rule: PauseRule
    extended: int = 0
    open: tuple[Pause, ...] = ()
    ended: tuple[tuple[Pause, date], ...] = ()

    @property
    def anchor(self) -> int:
        """The ordinal of the day the clock starts on."""
        return self.start.on.toordinal()

    @property
    def quota(self) -> int:
        """How many of the start's unit, extensions included."""
        return self.start.quota + self.extended

    @property
    def days(self) -> int:
        """The days to count, extensions included: for months those to the corresponding day."""
        return days_of(self.anchor, self.quota, self.start.unit)

    @property
    def unit(self) -> Unit:
        """The unit of every number of days of this clock: a clock in months is counted in calendar days."""
        return "cd" if self.start.unit == "month" else self.start.unit

    def holes(self) -> tuple[Hole, ...]:
        """Return the union of the days left out so far."""
        ended = [hole(pause.on, end, self.rule) for pause, end in self.ended]
        return merge([*ended, *(hole(pause.on, None, self.rule) for pause in self.open)])

    def landing(self) -> Landing:
        """Return where the clock lands if nothing else happens."""
        return land(self.anchor, self.quota, self.start.unit, self.holes(), self.calendar)

    def span(self, after: int, through: int) -> int:
        """Return the days of the clock's unit in (``after``, ``through``], paused ones included."""
        return span(after, through, self.unit, self.calendar)

    def after(self, entry: Entry, calendar: Calendar) -> Tally:
        """Return the clock once ``entry`` has happened and ``calendar`` is in force."""
        tally = replace(self, calendar=calendar)
        if isinstance(entry, Extend):
            return replace(tally, extended=self.extended + entry.days)
        if isinstance(entry, Pause):
            return replace(tally, open=(*self.open, entry))
        if isinstance(entry, Resume):
            ended = next(pause for pause in self.open if pause.key == entry.key)
            still = tuple(pause for pause in self.open if pause is not ended)
            return replace(tally, open=still, ended=(*self.ended, (ended, entry.on)))
        return tally
