"""Where the time comes from.  Rules take time as an argument; only the door asks a clock."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

CITY = ZoneInfo("Asia/Shanghai")
"""The centre's wall clock; every legal day is a day in this zone."""


class Clock(Protocol):
    """A source of the present instant."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved: for tests and rehearsals."""

    def __init__(self, now: datetime) -> None:
        """Stand at ``now`` (aware)."""
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        """Return the instant the clock stands at, in UTC."""
        return self._now

    def set(self, now: datetime) -> None:
        """Move to ``now`` (aware)."""
        self._now = now.astimezone(UTC)

    def advance(self, step: timedelta) -> None:
        """Move forward by ``step``."""
        self._now += step


def city_date(instant: datetime) -> date:
    """Return the legal day (Asia/Shanghai) that the aware ``instant`` falls on."""
    return instant.astimezone(CITY).date()


def utc_text(instant: datetime) -> str:
    """Return ``instant`` as the one text form used in rows and journals: UTC, microseconds, ``Z``.

    Raises ``ValueError`` for a naive time: the machine's own zone must never decide a deadline.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant must carry its zone")
    return instant.astimezone(UTC).isoformat(timespec="microseconds")[: -len("+00:00")] + "Z"


def from_utc_text(text: str) -> datetime:
    """Return the aware UTC instant written by :func:`utc_text`; raise ``ValueError`` for any other text."""
    # Read by the thousand when a calendar changes: ISO's own reader takes a tenth of a format's time.  It also reads
    # other ways of writing an instant, so what it found is written again.
    found = datetime.fromisoformat(text)
    if utc_text(found) != text:
        raise ValueError(f"not an instant in UTC to the microsecond: {text!r}")
    return found


def start_of_city_day(day: date) -> datetime:
    """Return 00:00 Asia/Shanghai of ``day`` as an aware UTC instant."""
    return datetime(day.year, day.month, day.day, tzinfo=CITY).astimezone(UTC)


class ShiftedClock:
    """A clock that runs beside another at a distance: the demonstration's clock."""

    def __init__(self, base: Clock) -> None:
        """Run with ``base`` until shifted."""
        self._base = base
        self.shift = timedelta()

    def now(self) -> datetime:
        """Return the base's instant, shifted, in UTC."""
        return self._base.now() + self.shift


# How long, by a clock that nobody sets -----------------------------------------------------------------------------

_SINCE_BOOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Linux counts the time a machine was suspended, too; elsewhere the next best has to do."""


def since_boot() -> timedelta:
    """Return how long the machine has been up, its sleep included: nobody sets this clock, and it never goes back."""
    return timedelta(microseconds=time.clock_gettime_ns(_SINCE_BOOT) // 1000)


@dataclass(frozen=True)
class Glance:
    """The machine's clock and the time since it was switched on, looked at together."""

    wall: datetime
    up: timedelta

    @property
    def between(self) -> timedelta:
        """How far the two are apart: always as far, as long as nobody sets the machine's clock."""
        return self.wall - _EPOCH - self.up


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_TOGETHER = timedelta(milliseconds=20)


def glance() -> Glance:
    """Look at both clocks at once; a thread that was held up between them looks again."""
    while True:
        before, wall, after = since_boot(), datetime.now(UTC), since_boot()
        if after - before < _TOGETHER:
            return Glance(wall, before + (after - before) / 2)


def boot_id() -> str:
    """Return what names the time since this machine was switched on, or nothing where the system does not say it."""
    return _BOOT_ID.read_text("ascii").strip() if _BOOT_ID.exists() else ""


class Stopwatch:
    """How long ago something last happened, whatever the machine's clock has been set to since."""

    def __init__(self) -> None:
        """Nothing has happened yet."""
        self._last: timedelta | None = None

    def note(self) -> None:
        """It happens now."""
        self._last = since_boot()

    def age(self) -> timedelta | None:
        """Return how long ago it last happened, or None when it never has."""
        return None if self._last is None else since_boot() - self._last

    def within(self, limit: timedelta) -> bool:
        """Tell whether it happened less than ``limit`` ago."""
        age = self.age()
        return age is not None and age < limit
