"""The parent on PostgreSQL: it opens the socket, starts the parts, starts again what dies, and ends all of them."""

from __future__ import annotations

import http.client
import logging
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

LOG = logging.getLogger("yichuang.parent")

LOOK_SECONDS = 0.2
STOP_SECONDS = 20
"""So long may the parts take to end before they are killed; a web process gives its requests half of it."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
"""Before a part that died is started again; longer each time when it does not stay."""
STAYED_SECONDS = 30.0

Start = Callable[[], subprocess.Popen[bytes]]
Gone = Callable[[int], None]


class PartFailed(RuntimeError):
    """A part ended before the house was ready."""


class Child:
    """A part in a process of its own, started again when it dies."""

    def __init__(self, name: str, start: Start, gone: Gone) -> None:
        """``start`` starts the process; ``gone`` is told of one that has ended."""
        self.name = name
        self._start = start
        self._gone = gone
        self._pause = FIRST_PAUSE
        self.begin()

    def begin(self) -> None:
        """Start it."""
        self.process = self._start()
        self._began = time.monotonic()
        self._again_at: float | None = None

    def look_after(self) -> None:
        """Start it again when it is dead, after a pause."""
        now = time.monotonic()
        if self.process.poll() is None:
            return
        if self._again_at is None:
            self._pause = FIRST_PAUSE if now - self._began > STAYED_SECONDS else min(LONGEST_PAUSE, self._pause * 2)
            self._again_at = now + self._pause
            self._gone(self.process.pid)
            LOG.error("the %s part ended (%s) and is started again", self.name, self.process.returncode)
        if now >= self._again_at:
            self.begin()


class Parent:
    """Keeps children alive until it is asked to end."""

    def __init__(self, gone: Gone) -> None:
        """Without children yet; SIGTERM and SIGINT end everything from now on.  ``gone`` is told who died."""
        self._gone = gone
        self._children: list[Child] = []
        self._ending = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def add(self, name: str, start: Start) -> None:
        """Start a child and look after it from now on."""
        self._children.append(Child(name, start, self._gone))

    def wait_until(self, ready: Callable[[], bool]) -> bool:
        """Wait until ``ready``; return False when asked to end.  Raises :class:`PartFailed` when a child ends."""
        while not self._ending.is_set():
            for child in self._children:
                if child.process.poll() is not None:
                    raise PartFailed(f"the {child.name} part ended with {child.process.returncode}")
            if ready():
                return True
            self._ending.wait(0.05)
        return False

    def look_after_all(self) -> None:
        """Keep the children alive until asked to end."""
        while not self._ending.wait(LOOK_SECONDS):
            for child in self._children:
                child.look_after()

    def end_all(self) -> None:
        """Ask all children to end, and kill who does not in time."""
        for child in self._children:
            if child.process.poll() is None:
                child.process.send_signal(signal.SIGTERM)
        patience = time.monotonic() + STOP_SECONDS
        for child in self._children:
            try:
                child.process.wait(max(0.1, patience - time.monotonic()))
            except subprocess.TimeoutExpired:
                LOG.warning("the %s part did not end in time and is killed", child.name)
                child.process.kill()
                child.process.wait()

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGINT:
            with suppress(OSError, ValueError, RuntimeError):
                print("已停止", flush=True)
        self._ending.set()


def answers(host: str, port: int) -> bool:
    """Tell whether the pages answer at this address."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - nothing is bound
    connection = http.client.HTTPConnection(reached, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; the port 0 takes a free one.  Raises ``OSError``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.create_server((host, port), family=family, backlog=1024)
    opened.set_inheritable(True)
    return opened
