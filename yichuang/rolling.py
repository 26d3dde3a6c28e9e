"""The counter's hand: figures of ended cases are kept up as the log of the chains grows."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from engine.door import Door
from engine.foundation.clock import Stopwatch
from engine.foundation.errors import Unavailable
from engine.oversight.audit.rollups.keeping.queries import begin_anew
from engine.oversight.audit.rollups.keeping.rolling import BATCH, count_next, keep
from engine.process.bpmn.releases.bundles import Bundles
from engine.registry.identity.rules import SYSTEM

EVERY_SECONDS = 10.0

LOG = logging.getLogger("yichuang.rollups")


def roll(door: Door, go_on: Callable[[], bool] = lambda: True, *, batch: int = BATCH) -> int:
    """Count every case that moved since it was counted last; return how many were looked at.

    Ends early where another host counts: it goes on with all of them.
    """
    looked_at = 0
    while go_on():
        with door.read(SYSTEM) as view:
            counted = count_next(view.connection, door.part(Bundles), limit=batch)
        if counted is None:
            break
        with door.housekeeping() as connection:
            if not keep(connection, counted, door.now()):
                break
        looked_at += len(counted.cases) + len(counted.gone)
    return looked_at


def roll_anew(door: Door, go_on: Callable[[], bool] = lambda: True, *, batch: int = BATCH) -> int:
    """Forget all figures and count every case from the beginning; return how many were looked at."""
    with door.housekeeping() as connection:
        begin_anew(connection, door.now())
    return roll(door, go_on, batch=batch)


class Counter:
    """A thread that keeps the figures up, every few seconds."""

    def __init__(self, door: Door, *, pause_seconds: float = EVERY_SECONDS) -> None:
        """Count for ``door``."""
        self._door = door
        self._pause = pause_seconds
        self._stopping = threading.Event()
        self.progress = Stopwatch()
        """When a round last ended."""
        self._thread = threading.Thread(target=self._run, name="counter", daemon=True)

    def start(self) -> None:
        """Start counting."""
        self._thread.start()

    def stop(self) -> None:
        """Stop after the batch at hand."""
        self._stopping.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        while not self._stopping.wait(self._pause):
            try:
                roll(self._door, lambda: not self._stopping.is_set())
            except Unavailable as refusal:  # the database may be away for a while; the next round tries again
                LOG.warning("a round of counting failed: %s", refusal.code)
            except Exception:
                LOG.exception("a round of counting failed")
            self.progress.note()
