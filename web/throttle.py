"""Counting tries, so that nobody can guess passwords or codes quickly.  Kept in this process only."""

from __future__ import annotations

import threading
from collections import deque
from datetime import datetime, timedelta

from engine.foundation.errors import Refusal

FORGET_AT = 10_000
"""So many names are kept at most; when more come, the ones that were quiet longest are forgotten."""


class TooManyTries(Refusal):
    """操作过于频繁，请等 {minutes} 分钟后再试。"""

    code = "TOO_MANY_TRIES"


class Throttle:
    """At most ``most`` tries by one name within ``window``."""

    def __init__(self, most: int, window: timedelta) -> None:
        """Start with no tries."""
        self._most = most
        self._window = window
        self._tries: dict[str, deque[datetime]] = {}
        self._lock = threading.Lock()

    def refuse_if_full(self, name: str, now: datetime) -> None:
        """Raise :class:`TooManyTries` when ``name`` has used up its tries at ``now``."""
        with self._lock:
            tries = self._recent(name, now)
            if len(tries) >= self._most:
                wait = tries[0] + self._window - now
                raise TooManyTries(minutes=max(1, -(-int(wait.total_seconds()) // 60)))

    def note(self, name: str, now: datetime) -> None:
        """Count one try of ``name``."""
        with self._lock:
            self._recent(name, now).append(now)
            self._tries[name] = self._tries.pop(name)
            while len(self._tries) > FORGET_AT:
                del self._tries[next(iter(self._tries))]

    def forget(self, name: str) -> None:
        """Start again for ``name``: it has shown who it is."""
        with self._lock:
            self._tries.pop(name, None)

    def _recent(self, name: str, now: datetime) -> deque[datetime]:
        tries = self._tries.setdefault(name, deque())
        while tries and tries[0] <= now - self._window:
            tries.popleft()
        return tries
