"""What the meter hands back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, Protocol

State = Literal["running", "paused", "stopped"]
LineKind = Literal["start", "pause", "resume", "extend", "calendar", "roll", "stop"]


class Begun(Protocol):
    """What every start of a clock says: the legal day, and how many of which unit."""

    @property
    def on(self) -> dt.date:
        """The legal day on which the clock starts."""

    @property
    def quota(self) -> int:
        """How many of the unit."""

    @property
    def unit(self) -> Literal["wd", "cd", "month", "wh"]:
        """Working days, calendar days, months or working hours."""


@dataclass(frozen=True, slots=True)
class Line:
    """One step of the explanation: when, what, by how many days of the clock's unit, and the date after it.

    The deltas of all lines add up to the days of the unit from the anchor to the due date.
    """

    date: dt.date
    sentence: str
    delta: int
    due_after: dt.date | None
    kind: LineKind


@dataclass(frozen=True, slots=True)
class Excluded:
    """Days left out of the count: ``first`` through ``last`` (None while open), how many of the unit so far, why."""

    first: dt.date
    last: dt.date | None
    days: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What the fold found.

    ``due`` is None while an open pause comes before it; then ``left`` is the balance of the quota.  Otherwise
    ``left`` is the days still to count from the day asked about to the due date, negative once overdue, and
    ``used`` the days counted up to that day.  ``days`` are all there are to count, extensions included; a limit in
    months has the calendar days to the corresponding day, one in hours its hours.  Without a day asked about, the
    day is the due date (or the stop).
    """

    due: dt.date | None
    provisional: bool
    used: int
    left: int
    state: State
    ledger: tuple[Line, ...]
    start: Begun
    extended: int
    days: int
    excluded: tuple[Excluded, ...]
    stopped_on: dt.date | None
    calendar_version: int
