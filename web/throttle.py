"""Counting tries, so that nobody can guess passwords or codes quickly: for all web processes together.

Tries are counted by the minute in the database, so a limit holds however many processes serve the pages.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.door import Door
from engine.foundation.errors import Refusal
from engine.foundation.tries.queries import count_try, forget_tries, named, tries_since
from engine.registry.identity.rules import SYSTEM

LONGEST = timedelta(hours=1)
"""No window is longer: what is older is deleted."""


class TooManyTries(Refusal):
    """操作过于频繁，请等 {minutes} 分钟后再试。"""

    code = "TOO_MANY_TRIES"


class Throttle:
    """At most ``most`` tries by one name within ``window``; ``kind`` says what is tried."""

    def __init__(self, door: Door, kind: str, most: int, window: timedelta) -> None:
        """Count in the door's database; raise ``ValueError`` for a window longer than tries are kept."""
        if window > LONGEST:
            raise ValueError(f"tries are kept for {LONGEST} only")
        self._door = door
        self._kind = kind
        self._most = most
        self._window = window

    def refuse_if_full(self, name: str, now: datetime) -> None:
        """Raise :class:`TooManyTries` when ``name`` has used up its tries at ``now``."""
        with self._door.read(SYSTEM) as view:
            tries = tries_since(view.connection, self._named(name), now - self._window)
        if tries.count >= self._most and tries.first is not None:
            wait = tries.first + self._window - now
            raise TooManyTries(minutes=max(1, -(-int(wait.total_seconds()) // 60)))

    def is_full(self, name: str, now: datetime) -> bool:
        """Tell whether ``name`` has used up its tries at ``now``."""
        with self._door.read(SYSTEM) as view:
            return tries_since(view.connection, self._named(name), now - self._window).count >= self._most

    def note(self, name: str, now: datetime) -> None:
        """Count one try of ``name``."""
        with self._door.housekeeping() as connection:
            count_try(connection, self._named(name), now)

    def forget(self, name: str) -> None:
        """Start again for ``name``: it has shown who it is."""
        with self._door.housekeeping() as connection:
            forget_tries(connection, self._named(name))

    def _named(self, name: str) -> str:
        return named(self._kind, name)
