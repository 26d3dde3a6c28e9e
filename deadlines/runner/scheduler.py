"""One in-memory APScheduler job that wakes for the next due deadline, at the latest after a poll interval."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from deadlines.runner.sweeper import sweep
from engine.door import Door
from engine.foundation.clock import SystemClock
from engine.foundation.errors import Unavailable

LOG = logging.getLogger("yichuang.scheduler")


class DeadlineScheduler:
    """Sweeps at start, then whenever the next deadline is due, and at least every ``poll_seconds``."""

    def __init__(self, door: Door, *, poll_seconds: int = 30, also: tuple[Callable[[], None], ...] = ()) -> None:
        """``also`` is run after each sweep: small chores that must not wait longer than a poll."""
        self._door = door
        self._poll = timedelta(seconds=poll_seconds)
        self._also = also
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone=UTC,
        )
        self._arming = threading.Lock()
        self._stopping = False
        self.last_sweep: datetime | None = None
        """When the last sweep ended (machine time, UTC)."""
        self.progress: datetime | None = None
        """When a sweep last ended or went on to the next deadline; a stale one means the scheduler is dead."""

    def start(self) -> None:
        """Start sweeping, at once."""
        self._scheduler.start()
        self._arm(timedelta())

    def stop(self) -> None:
        """Stop after the deadline at hand."""
        # The shutdown waits for the sweep while it holds the very lock under which a job is added: once it has begun,
        # the sweep must not arm another.
        with self._arming:
            self._stopping = True
        self._scheduler.shutdown(wait=True)

    def alive(self) -> bool:
        """Tell whether a sweep ended, or went on, within the last few poll intervals."""
        return self.progress is not None and SystemClock().now() - self.progress < 4 * self._poll

    def _go_on(self) -> bool:
        # Thousands of deadlines may fall on one evening: a sweep that is at it is alive, and ends when it is told to.
        self.progress = SystemClock().now()
        return not self._stopping

    def _sweep(self) -> None:
        wait = self._poll
        try:
            swept = sweep(self._door, self._go_on)
            if swept.next_wake is not None:
                wait = min(self._poll, max(swept.next_wake - self._door.now(), timedelta(milliseconds=20)))
            for chore in self._also:
                chore()
            self.last_sweep = self.progress = SystemClock().now()
        except Unavailable as refusal:  # the database may be away for a while; the next sweep tries again
            LOG.warning("a sweep failed: %s", refusal.code)
        except Exception:  # the next sweep must be armed whatever happened in this one
            LOG.exception("a sweep failed")
        finally:
            self._arm(wait)

    def _arm(self, wait: timedelta) -> None:
        due = SystemClock().now() + wait
        with self._arming:
            if not self._stopping:
                self._scheduler.add_job(self._sweep, "date", run_date=due, id="sweep", replace_existing=True)
