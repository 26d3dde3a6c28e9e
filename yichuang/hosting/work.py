"""The work part: the sweeper, the worker, the sealer, the counter, and the heart that tells of them."""

from __future__ import annotations

from deadlines.runner.guard import ClockGuard
from deadlines.runner.scheduler import DeadlineScheduler
from engine.door import Door
from yichuang.hosting.heart import Heart
from yichuang.rehearsing.jobs import Rehearser
from yichuang.rolling import Counter
from yichuang.sealing import Sealer
from yichuang.worker import Worker

POLL_SECONDS = 30
DEMO_POLL_SECONDS = 2
"""The demonstration's clock is moved by hand: its deadlines are looked for more often."""


class WorkPart:
    """Everything that is done beside the pages; threads of whatever process starts it."""

    def __init__(self, door: Door, *, production: bool) -> None:
        """Work for ``door``."""
        poll = POLL_SECONDS if production else DEMO_POLL_SECONDS
        self._scheduler = DeadlineScheduler(door, poll_seconds=poll, trusted=ClockGuard(door).trusted)
        self._worker = Worker(door)
        self._rehearser = Rehearser(door)
        self._sealer = Sealer(door)
        self._counter = Counter(door)
        self._heart = Heart(
            door,
            {
                "scheduler": self._scheduler.progress.age,
                "sweep": self._scheduler.last_sweep.age,
                "worker": self._worker.progress.age,
                "sealer": self._sealer.progress.age,
                "counter": self._counter.progress.age,
            },
        )

    def start(self) -> None:
        """Start the threads."""
        self._scheduler.start()
        self._worker.start()
        self._rehearser.start()
        self._sealer.start()
        self._counter.start()
        self._heart.start()

    def stop(self) -> None:
        """Stop each after the piece of work at hand."""
        self._scheduler.stop()
        self._worker.stop()
        self._rehearser.stop()
        self._sealer.stop()
        self._counter.stop()
        self._heart.stop()
