"""The guard: asks before every delivery whether this machine's clock can be believed, and holds all of them while not.

A clock that is put forward would let deadlines be delivered before they are due, which nobody can take back; one that
is put back lets them be late.  What is held is lost in no case: the rows wait, and are delivered when the clock is
right again or the operator has accepted it.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.door import Door, KeyReused
from engine.foundation.clock import Glance, boot_id, glance
from engine.foundation.hosts.queries import keep_machine, machines
from engine.foundation.hosts.rules import MOST_OFF, Doubt, Machine, apart, doubt, followed
from engine.process.tasks.timekeeping.commands import TellOfClock
from engine.registry.identity.rules import SYSTEM

LOG = logging.getLogger("yichuang.guard")

LOOK_EVERY = timedelta(seconds=1)
"""So often is the database asked for its time, and for what the operator has accepted."""
KEEP_EVERY = timedelta(seconds=5)
"""So often is written down how the clock stands when nothing has changed."""


@dataclass(frozen=True)
class _Look:
    """What was found when the clock was last looked at."""

    at: Glance
    doubt: Doubt | None
    between: timedelta | None
    """How far clock and time since the start are apart by right; None when nothing is known of it."""


class ClockGuard:
    """Whether the clock of the machine that delivers the deadlines of a house can be believed."""

    def __init__(
        self,
        door: Door,
        *,
        look: Callable[[], Glance] = glance,
        boot: str | None = None,
        theirs: Callable[[], datetime] | None = None,
    ) -> None:
        """Watch this machine's clock; ``look``, ``boot`` and ``theirs`` (the database's time) are others in tests."""
        self._door = door
        self._look_at = look
        self._theirs = theirs or door.database.now
        self._name = socket.gethostname()[:100]
        known = boot_id() if boot is None else boot
        self._steady = bool(known)
        # Without a name for the time since the machine was switched on, only the database's clock watches over it.
        self._boot = known or self._name[:40]
        self._last: _Look | None = None
        self._kept: timedelta | None = None

    @property
    def held(self) -> Doubt | None:
        """Why nothing is delivered, as of the last look."""
        return None if self._last is None else self._last.doubt

    def trusted(self) -> bool:
        """Tell whether the clock can be believed just now; raise StoreUnavailable when the database does not answer."""
        now, last = self._look_at(), self._last
        if last is None or now.up - last.at.up >= LOOK_EVERY or _has_stepped(now, last):
            last = self._looked()
        return last.doubt is None

    def _looked(self) -> _Look:
        before, skew = self._look_at(), timedelta()
        if self._door.database.dialect == "postgresql":
            there = self._theirs()
            skew = apart(before, there, self._look_at())
        with self._door.read(SYSTEM) as view:
            known = machines(view.connection)
        mine = next((one for one in known if one.boot == self._boot), None)
        now = self._look_at()
        between, trusted = None, None
        if self._steady:
            between = mine.between if mine is not None and mine.trusted is not None else None
            trusted = max((one.trusted for one in known if one.trusted is not None), default=None)
        found = doubt(now, between, trusted, skew)
        if found is None and self._steady:
            passed = timedelta() if self._kept is None else now.up - self._kept
            between = now.between if between is None else followed(between, now, passed)
        self._last = _Look(now, found, between)
        self._note(self._last, mine, skew)
        return self._last

    def _note(self, look: _Look, mine: Machine | None, skew: timedelta) -> None:
        """Tell of it when it has changed, and write it down then and every few seconds."""
        held, off = ("", timedelta()) if look.doubt is None else (look.doubt.why, look.doubt.off)
        changed = held != ("" if mine is None else mine.held)
        if changed:
            self._tell(look.doubt, mine)
        if not changed and self._kept is not None and look.at.up - self._kept < KEEP_EVERY:
            return
        before = None if mine is None else mine.trusted
        trusted = look.at.wall if look.doubt is None else before
        between = look.at.between if look.between is None else look.between
        one = Machine(self._boot, self._name, between, skew, held, off, look.at.wall, trusted)
        with self._door.housekeeping() as connection:
            # What the operator has accepted meanwhile is not to be overwritten.
            if mine == next((known for known in machines(connection) if known.boot == self._boot), None):
                keep_machine(connection, one)
        self._kept = look.at.up

    def _tell(self, found: Doubt | None, mine: Machine | None) -> None:
        since = "-" if mine is None or mine.trusted is None else mine.trusted.isoformat()
        if found is None:
            LOG.warning("the clock is believed again: deadlines are delivered")
            command = TellOfClock(machine=self._name, why="", milliseconds=0)
        else:
            LOG.error("the clock is not believed, no deadline is delivered: %s by %s", found.why, found.off)
            off = found.off // timedelta(milliseconds=1)
            command = TellOfClock(machine=self._name, why=found.why, milliseconds=off)
        # Another process of this machine sees the same and may have told it.
        with suppress(KeyReused):
            self._door.execute(command, SYSTEM, key=f"clock:{self._boot}:{command.why}:{since}")


def _has_stepped(now: Glance, last: _Look) -> bool:
    return last.between is not None and abs(now.between - last.between) > MOST_OFF
