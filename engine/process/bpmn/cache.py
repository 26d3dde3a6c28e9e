"""Hot instances: kept in memory between two advances, and used only when they are surely current."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final

from engine.process.bpmn.snapshot import Live

DEFAULT_SIZE: Final = 256


class Hot:
    """A live instance that can be taken once: whoever takes it may change it."""

    def __init__(self, live: Live) -> None:
        self._live: Live | None = live
        self._lock = Lock()

    def take(self) -> Live | None:
        """Return the instance, or None when somebody has taken it before."""
        with self._lock:
            live, self._live = self._live, None
            return live


class HotInstances:
    """The most recently used live instances, by key.

    An instance is out of the cache while it is used.  It comes back only by :meth:`put`, after the
    caller's transaction has been committed; whatever goes wrong, it is simply not there any more.
    """

    def __init__(self, size: int) -> None:
        """Hold at most ``size`` instances; none when it is 0."""
        self._size = size
        self._entries: OrderedDict[str, tuple[int, Live]] = OrderedDict()
        self._lock = Lock()

    def take(self, key: str, version: int, digest: str) -> Live | None:
        """Remove and return the instance if it stands at exactly this version of this bundle."""
        with self._lock:
            held, live = self._entries.pop(key, (None, None))
        return live if live is not None and held == version and live.digest == digest else None

    def put(self, key: str, version: int, live: Live) -> None:
        """Hold ``live`` as the instance at ``version``, dropping the least recently used."""
        with self._lock:
            self._entries[key] = (version, live)
            self._entries.move_to_end(key)
            while len(self._entries) > self._size:
                self._entries.popitem(last=False)

    def drop(self, key: str) -> None:
        """Forget the instance, if it is held."""
        with self._lock:
            self._entries.pop(key, None)

    def __len__(self) -> int:
        with self._lock:
            return len(self._entries)
