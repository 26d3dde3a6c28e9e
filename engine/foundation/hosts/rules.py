"""When a machine's clock can be believed: pure.

Deadlines are delivered by the clock of the machine that sweeps.  It is believed as long as it runs as fast as the time
since the machine was switched on, which nobody can set, and as long as the database's clock says the same.  A machine
that was suspended moves both together, and is believed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.foundation.clock import Glance

MOST_OFF = timedelta(seconds=2)
"""So far may a clock be off and still be believed; what sets clocks gently stays below it."""
FOLLOWED = 0.001
"""Of the time that passes, so much may the clock run fast or slow for ever: twice what a time service does gently."""

SILENT = timedelta(minutes=5)
"""A machine that has not looked at its clock for so long delivers nothing, and is not told of."""

STEP, BEHIND, SKEW = "step", "behind", "skew"

WHY = {
    STEP: "本机时钟被向{way}拨动了 {seconds} 秒",
    BEHIND: "本机时钟比上次可信的时间早 {seconds} 秒",
    SKEW: "本机时钟比数据库{way} {seconds} 秒",
}


@dataclass(frozen=True)
class Machine:
    """The clock of one machine as kept; times are its own."""

    boot: str
    name: str
    between: timedelta
    skew: timedelta
    held: str
    """Why it is not believed (step, behind, skew), or nothing."""
    off: timedelta
    at: datetime
    trusted: datetime | None


@dataclass(frozen=True)
class Doubt:
    """Why a clock is not believed, and by how much it is off (above zero: ahead)."""

    why: str
    off: timedelta

    @property
    def sentence(self) -> str:
        """Say it to the operator."""
        return told(self.why, self.off)


def told(why: str, off: timedelta) -> str:
    """Say in words why a clock is not believed."""
    ahead = off > timedelta()
    way = ("前" if ahead else "后") if why == STEP else ("快" if ahead else "慢")
    return WHY[why].format(way=way, seconds=f"{abs(off).total_seconds():.1f}")


def watching(known: Iterable[Machine], now: datetime) -> list[Machine]:
    """Return the machines that have looked at their clocks lately, as of ``now``; one from the future has, too."""
    return [one for one in known if one.at > now - SILENT]


def doubt(now: Glance, between: timedelta | None, trusted: datetime | None, skew: timedelta) -> Doubt | None:
    """Return why the clock is not to be believed ``now``, or None.

    ``between`` is what it was while it was believed since the machine was switched on (None: never yet), ``trusted``
    when any machine of the house last believed its own clock, ``skew`` how far the database's clock is ahead.
    """
    if abs(skew) > MOST_OFF:
        return Doubt(SKEW, -skew)
    if between is None:
        late = trusted is not None and now.wall < trusted - MOST_OFF
        return Doubt(BEHIND, now.wall - trusted) if late and trusted is not None else None
    off = now.between - between
    return Doubt(STEP, off) if abs(off) > MOST_OFF else None


def followed(between: timedelta, now: Glance, passed: timedelta) -> timedelta:
    """Return ``between`` as it is from now on: it goes along with a clock that is a little fast or slow.

    Only by a thousandth of the time ``passed``, so that many small steps are one large one.
    """
    most = passed * FOLLOWED
    return between + max(-most, min(now.between - between, most))


def apart(before: Glance, there: datetime, after: Glance) -> timedelta:
    """Return how far the database's clock, asked between the two looks, is ahead at least (below zero: behind)."""
    if there > after.wall:
        return there - after.wall
    return min(timedelta(), there - before.wall)
