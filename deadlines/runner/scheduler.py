"""One in-memory APScheduler job that wakes for the next due deadline, at the latest after a poll interval.

How long to wait is counted by a clock that nobody sets: whoever puts the machine's clock back an hour must not put the
sweep off by an hour.  So APScheduler is never given an instant to wait for; the hand, a thread, lets the job be due
at once when its wait is over.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from deadlines.runner.sweeper import sweep
from engine.door import Door
from engine.foundation.clock import Stopwatch, since_boot
from engine.foundation.errors import Unavailable

LOG = logging.getLogger("yichuang.scheduler")

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""Past on any clock: a job with this date is due, whatever the machine says what time it is."""
SOON, RATHER_SOON = timedelta(milliseconds=20), timedelta(milliseconds=250)
HELD = timedelta(seconds=2)
"""So soon is a clock that is not believed looked at again."""
TICK_SECONDS = 1.0
"""The hand looks at least so often: a thread's own wait stands still while the machine is suspended."""


class DeadlineScheduler:
    """Sweeps at start, then whenever the next deadline is due, and at least every ``poll_seconds``."""

    def __init__(
        self,
        door: Door,
        *,
        poll_seconds: int = 30,
        also: tuple[Callable[[], None], ...] = (),
        trusted: Callable[[], bool] = lambda: True,
    ) -> None:
        """``also`` is run after each sweep: small chores that must not wait longer than a poll.

        ``trusted`` is asked before each delivery whether the machine's clock can be believed; else everything waits.
        """
        self._door = door
        self._trusted = trusted
        self._poll = timedelta(seconds=poll_seconds)
        self._also = also
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1)},
            # One thread, so one sweep at a time; the second instance is the next one, for which a sweep asks just
            # before it is over itself: refused, it would never come.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 2},
            timezone=UTC,
        )
        self._hand = threading.Thread(target=self._turn, name="deadlines", daemon=True)
        self._arming = threading.Condition()
        self._due: timedelta | None = None
        self._stopping = False
        self.last_sweep = Stopwatch()
        """When the last sweep ended."""
        self.progress = Stopwatch()
        """When a sweep last ended or went on to the next deadline; a stale one means the scheduler is dead."""

    def start(self) -> None:
        """Start sweeping, at once."""
        self._scheduler.start()
        self._arm(timedelta())
        self._hand.start()

    def stop(self) -> None:
        """Stop after the deadline at hand."""
        # The shutdown waits for the sweep while it holds the very lock under which a job is added: once it has begun,
        # the hand must not add another.
        with self._arming:
            self._stopping = True
            self._arming.notify_all()
        if self._hand.is_alive():
            self._hand.join()
        self._scheduler.shutdown(wait=True)

    def alive(self) -> bool:
        """Tell whether a sweep ended, or went on, within the last few poll intervals."""
        return self.progress.within(4 * self._poll)

    def _go_on(self) -> bool:
        # Thousands of deadlines may fall on one evening: a sweep that is at it is alive, and ends when it is told to.
        self.progress.note()
        return not self._stopping and self._trusted()

    def _sweep(self) -> None:
        wait = self._poll
        try:
            believed = self._trusted()
            wait = self._swept() if believed else min(self._poll, HELD)
            for chore in self._also:
                chore()
            if believed:
                self.last_sweep.note()
            self.progress.note()
        except Unavailable as refusal:  # the database may be away for a while; the next sweep tries again
            LOG.warning("a sweep failed: %s", refusal.code)
        except Exception:  # the next sweep must be armed whatever happened in this one
            LOG.exception("a sweep failed")
        finally:
            self._arm(wait)

    def _swept(self) -> timedelta:
        """Sweep; return how long to wait for the next time."""
        swept = sweep(self._door, self._go_on)
        if swept.next_wake is None:
            return self._poll
        # What is in another's hand now may be in it for a while.
        pause = SOON if swept.fired or not swept.left else RATHER_SOON
        return min(self._poll, max(swept.next_wake - self._door.now(), pause))

    def _arm(self, wait: timedelta) -> None:
        with self._arming:
            self._due = since_boot() + wait
            self._arming.notify_all()

    def _turn(self) -> None:
        with self._arming:
            while not self._stopping:
                left = TICK_SECONDS if self._due is None else (self._due - since_boot()).total_seconds()
                if self._due is not None and left <= 0:
                    self._due = None
                    self._scheduler.add_job(self._sweep, "date", run_date=AT_ONCE, id="sweep", replace_existing=True)
                else:
                    self._arming.wait(min(left, TICK_SECONDS))
