"""The heart: each part of a process tells the database when it last made progress, for every web process to read."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from engine.door import Door
from engine.foundation.clock import SystemClock
from engine.foundation.errors import Refusal, Unavailable
from engine.foundation.hosts.queries import beat, forget_beats, forget_host, last_beats, machines
from engine.foundation.hosts.rules import watching
from engine.foundation.store.database import sqlite_file
from engine.foundation.store.migrations import SchemaUnknown, refuse_unknown
from engine.registry.identity.rules import SYSTEM
from yichuang.settings import Settings

BEAT_SECONDS = 5.0
PROBE_BYTES = 256 * 1024
"""So much must there be room for: more than a case takes in the database's log."""
LATE = timedelta(seconds=60)
"""A part that made no progress for so long is not alive: twice the longest pause of the sweeper."""
FORGET = timedelta(hours=1)
PARTS = ("scheduler", "worker")
"""The parts without which the house is not ready; what else beats is for the figures."""

PART_NAMES = {"scheduler": "时限扫描", "worker": "后台工作"}
"""What the operator calls them."""

LOG = logging.getLogger("yichuang.heart")
Progress = Callable[[], timedelta | None]


class Heart:
    """A thread that writes down how far the parts of this process are."""

    def __init__(self, door: Door, parts: Mapping[str, Progress]) -> None:
        """Tell of ``parts``: name and how long ago it last made progress (None: not yet)."""
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
            except Unavailable as refusal:  # the database may be away for a while; the next beat tries again
                LOG.warning("the heart missed a beat: %s", refusal.code)
            except Exception:
                LOG.exception("the heart missed a beat")
            # At the start it beats quickly: whoever has just begun is soon known to be ready.
            self._stopping.wait(BEAT_SECONDS if told >= self._parts.keys() else 0.2)

    def _tell(self) -> set[str]:
        known = {part: age for part, progress in self._parts.items() if (age := progress()) is not None}
        if known:
            now = SystemClock().now()
            with self._door.housekeeping() as connection:
                for part, age in known.items():
                    beat(connection, self._host, part, now - age)
                forget_beats(connection, now - FORGET)
        return set(known)


class Room:
    """Whether there is room to write in a folder: a small file is written now and then, and is gone again.

    A full disk still takes a heartbeat, which only goes over an older one; it takes no case.
    """

    def __init__(self, *folders: Path) -> None:
        """Look at ``folders``."""
        self._folders = tuple(dict.fromkeys(folders))
        self._looking = threading.Lock()
        self._looked: float | None = None
        self._well = True

    def there_is(self) -> bool:
        """Tell whether the probe could be written; asked more often, it answers what it found last."""
        with self._looking:
            if self._looked is None or time.monotonic() - self._looked >= BEAT_SECONDS:
                well = all(map(_takes, self._folders))
                if well is not self._well:
                    LOG.warning("there is room to write again" if well else "there is no room to write")
                self._well, self._looked = well, time.monotonic()
            return self._well


def _takes(folder: Path) -> bool:
    probe = folder / f".probe-{os.getpid()}"
    try:
        with probe.open("wb") as file:
            file.write(bytes(PROBE_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        return False
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)
    return True


def room_of(settings: Settings) -> Room:
    """Return what looks after the room of a house: where its files lie, and its database when that is a file."""
    database = sqlite_file(settings.database_url)
    return Room(settings.data, *(() if database is None else (database.parent,)))


def alive(door: Door, room: Room | None = None) -> dict[str, bool]:
    """Return whether the schema is this program's, each part is alive on any host, and there is ``room`` to write."""
    storage = {} if room is None else {"storage": room.there_is()}
    return {**_parts(door), **storage}


def _parts(door: Door) -> dict[str, bool]:
    now = SystemClock().now()
    try:
        with door.read(SYSTEM) as view:
            refuse_unknown(view.connection)
            seen = last_beats(view.connection, now)
            clocks = watching(machines(view.connection), now)
    except SchemaUnknown:
        return {"schema": False, **dict.fromkeys(PARTS, False)}
    except Refusal:
        return dict.fromkeys(PARTS, False)
    alive = {part: part in seen and now - seen[part] < LATE for part in PARTS}
    # One host whose clock is believed delivers the deadlines of all.
    return {"schema": True, **alive, "clock": not clocks or not all(one.held for one in clocks)}
