"""A host that sweeps, as a process of its own: to be killed, to be run beside others, to be lied to about the time.

``python -m tests.support.sweeping SETTINGS…`` says ``round`` after every sweep.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from deadlines.runner.guard import ClockGuard
from deadlines.runner.scheduler import DeadlineScheduler
from engine.foundation.clock import ShiftedClock, SystemClock
from tests.support.clockshim import slept
from tests.support.family import until
from yichuang.compose import compose
from yichuang.settings import Settings, read_settings

ROOT = Path(__file__).resolve().parents[2]


class Sweeping:
    """One such process over the house of ``settings``, whose clock stands at ``at`` now."""

    def __init__(
        self, settings: Settings, at: datetime, *, poll: int = 1, env: Mapping[str, str] | None = None, name: str = "a"
    ) -> None:
        """Prepare the process; ``env`` is its environment."""
        self._settings = settings
        self.shift = at - SystemClock().now()
        self._poll = poll
        self._env = dict(os.environ if env is None else env)
        self._log = settings.data / f"sweeping-{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Sweeping:
        """Start it (again)."""
        database = "" if self._settings.is_sqlite else self._settings.database_url
        words = [str(self._settings.data), database, str(self.shift.total_seconds()), str(self._poll)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-u", "-m", "tests.support.sweeping", *words],
                cwd=ROOT, env=self._env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        return self

    @property
    def output(self) -> str:
        """All that it has said, over all its lives."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    @property
    def rounds(self) -> int:
        """How many sweeps it has ended."""
        return self.output.count("round")

    def more(self, count: int = 2) -> None:
        """Wait until it has swept ``count`` times more."""
        wanted = self.rounds + count
        until(lambda: self.rounds >= wanted or self._ended(), f"{count} more sweeps; {self.output[-2000:]}")
        assert not self._ended(), self.output[-4000:]

    def _ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(30)


def main(data: str, database: str, shift: str, poll: str) -> None:
    """Sweep until somebody ends the process."""
    clock = ShiftedClock(SystemClock())
    clock.shift = timedelta(seconds=float(shift))
    door = compose(read_settings(Path(data), database or None), clock=clock)
    # The time a database on another machine tells is everybody's: it goes on while this machine sleeps.
    guard = ClockGuard(door, theirs=lambda: door.database.now() + slept())

    def tell() -> None:
        sys.stdout.write(f"round {guard.held}\n")

    DeadlineScheduler(door, poll_seconds=int(poll), trusted=guard.trusted, also=(tell,)).start()
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
