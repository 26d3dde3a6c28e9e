"""The heart: each part of a process tells the database when it last made progress, for every web process to read."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from engine.door import Door
from engine.foundation.clock import SystemClock
from engine.foundation.errors import Refusal
from engine.foundation.hosts.queries import beat, forget_beats, forget_host, last_beats
from engine.foundation.store.migrations import SchemaUnknown, refuse_unknown
from engine.registry.identity.rules import SYSTEM

BEAT_SECONDS = 5.0
LATE = timedelta(seconds=60)
"""A part that made no progress for so long is not alive: twice the longest pause of the sweeper."""
FORGET = timedelta(hours=1)
PARTS = ("scheduler", "worker")
"""The parts without which the house is not ready; what else beats is for the figures."""

LOG = logging.getLogger("yichuang.heart")
Progress = Callable[[], datetime | None]


class Heart:
    """A thread that writes down how far the parts of this process are."""

    def __init__(self, door: Door, parts: Mapping[str, Progress]) -> None:
        """Tell of ``parts``: name and when it last made progress (machine time)."""
        self._door = door
        self._parts = parts
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heart", daemon=True)
        self._host = f"{socket.gethostname()[:100]}:{os.getpid()}"

    def start(self) -> None:
        """Start telling."""
        self._thread.start()

    def stop(self) -> None:
        """Stop, and say that the parts of this process are gone."""
        self._stopping.set()
        self._thread.join(timeout=10)
        with suppress(Refusal), self._door.housekeeping() as connection:
            forget_host(connection, self._host)

    def _run(self) -> None:
        told: set[str] = set()
        while not self._stopping.is_set():
            try:
                told |= self._tell()
            except Exception:  # the database may be away for a while; the next beat tries again
                LOG.exception("the heart missed a beat")
            # At the start it beats quickly: whoever has just begun is soon known to be ready.
            self._stopping.wait(BEAT_SECONDS if told >= self._parts.keys() else 0.2)

    def _tell(self) -> set[str]:
        known = {part: at for part, progress in self._parts.items() if (at := progress()) is not None}
        if known:
            with self._door.housekeeping() as connection:
                for part, at in known.items():
                    beat(connection, self._host, part, at)
                forget_beats(connection, SystemClock().now() - FORGET)
        return set(known)


def alive(door: Door) -> dict[str, bool]:
    """Return whether the schema is this program's, and whether each part is alive on any host."""
    now = SystemClock().now()
    try:
        with door.read(SYSTEM) as view:
            refuse_unknown(view.connection)
            seen = last_beats(view.connection)
    except SchemaUnknown:
        return {"schema": False, **dict.fromkeys(PARTS, False)}
    except Refusal:
        return dict.fromkeys(PARTS, False)
    return {"schema": True, **{part: part in seen and now - seen[part] < LATE for part in PARTS}}
