"""The real server as a process of its own, to be killed and started again.

====================  =========================================================================================
start_server          a function ``(*arguments, data=…, database=…, env=…) -> Server``; all end with the test
start_module_server   the same; all end with the test module
server                one running server per test module, demo mode, on a fresh SQLite data folder
====================  =========================================================================================

A ``Server`` has ``.url`` (``http://127.0.0.1:PORT/``), ``.data``, ``.output()``, ``.kill()`` (kill -9), ``.stop()``
(SIGTERM, returns the exit code) and ``.start()``; after ``start`` it listens on the *same* port again.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import uuid
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.support.postgres import PostgresServer
from tests.support.size import SMALL

READY = re.compile(r"^ready (http://\S+:(\d+)/)$", re.MULTILINE)
START_SECONDS = 120
STOP_SECONDS = 30
ROOT = Path(__file__).resolve().parents[2]
EDITIONS = ("sqlite", "postgresql")


class ServerDidNotStart(RuntimeError):
    """The server ended, or stayed silent, before it said ``ready``; the message holds its output."""


class Server:
    """``python -m yichuang serve`` as a process."""

    def __init__(
        self, data: Path, *arguments: str, database: str | None = None, env: Mapping[str, str] | None = None
    ) -> None:
        """Prepare a server on the folder ``data``; ``arguments`` are added to ``serve``, ``env`` to the environment."""
        self.data = data
        self.database = database
        self.arguments = arguments
        self.env = dict(env or {})
        self.url = ""
        self._port = "0"
        self._process: subprocess.Popen[bytes] | None = None
        self._log = data.with_name(data.name + ".log")
        self._log_start = 0

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        assert self._process is not None, "the server was not started"
        return self._process.pid

    def start(self) -> Server:
        """Start (again) on the same data and port; return when it has printed ``ready``."""
        command = [sys.executable, "-m", "yichuang", "serve", "--port", self._port, "--data", str(self.data)]
        if self.database is not None:
            command += ["--database", self.database]
        self._log_start = self._log.stat().st_size if self._log.exists() else 0
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, *self.arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **self.env}, start_new_session=True,
            )  # fmt: skip
        self.url, self._port = self._wait_for_ready()
        return self

    def _wait_for_ready(self) -> tuple[str, str]:
        assert self._process is not None
        patience = time.monotonic() + START_SECONDS
        while time.monotonic() < patience:
            ended = self._process.poll() is not None
            found = READY.search(self.output(since_start=True))
            if found:
                return found[1], found[2]
            if ended:
                raise ServerDidNotStart(f"exit code {self._process.returncode}\n{self.output(since_start=True)}")
            time.sleep(0.02)
        self.kill()
        raise ServerDidNotStart(f"no 'ready' within {START_SECONDS} s\n{self.output(since_start=True)}")

    def output(self, *, since_start: bool = False) -> str:
        """Return what the server printed (stdout and stderr), all of it or since the last start."""
        if not self._log.exists():
            return ""
        return self._log.read_bytes()[self._log_start if since_start else 0 :].decode(errors="replace")

    def kill(self) -> None:
        """End it as a power cut would: kill -9 for the server and all its children."""
        if self._process is not None and self._process.poll() is None:
            # Another thread may have killed it since it was looked at.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(STOP_SECONDS)

    def stop(self) -> int:
        """Ask it to end (SIGTERM) and return its exit code; one that does not end within 30 s is a failure."""
        assert self._process is not None, "the server was not started"
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def restart(self) -> Server:
        """Kill -9 and start again on the same data and port."""
        self.kill()
        return self.start()


StartServer = Callable[..., Server]


@contextlib.contextmanager
def starter(folder: Path) -> Iterator[StartServer]:
    """Give a function that starts servers, with data folders in ``folder``; all of them end with the block."""
    started: list[Server] = []

    def start(
        *arguments: str, data: Path | None = None, database: str | None = None, env: Mapping[str, str] | None = None
    ) -> Server:
        chosen = data if data is not None else folder / f"data-{len(started)}"
        one = Server(chosen, *arguments, database=database, env=env)
        started.append(one)
        return one.start()

    try:
        yield start
    finally:
        for one in started:
            one.kill()


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[StartServer]:
    """A function that starts a real server; each call with no ``data`` gets a fresh folder."""
    with starter(tmp_path) as start:
        yield start


@pytest.fixture(scope="module")
def start_module_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartServer]:
    """The same, but what is started runs for all tests of the module."""
    with starter(tmp_path_factory.mktemp("server")) as start:
        yield start


@pytest.fixture(scope="module")
def edition() -> str:
    """The database under the module's server; a module marked ``both_editions`` is walked on either."""
    return "sqlite"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Walk a module marked ``both_editions`` on both editions, or on those that YICHUANG_EDITIONS names.

    In the small size half of the modules take SQLite, half PostgreSQL.
    """
    if "edition" not in metafunc.fixturenames or metafunc.definition.get_closest_marker("both_editions") is None:
        return
    wanted = os.environ.get("YICHUANG_EDITIONS", "" if SMALL else "both")
    mine = EDITIONS[zlib.crc32(metafunc.definition.path.stem.encode()) % 2]
    metafunc.parametrize("edition", EDITIONS if wanted == "both" else [wanted or mine], scope="module")


@pytest.fixture(scope="module")
def server(start_module_server: StartServer, edition: str, request: pytest.FixtureRequest) -> Iterator[Server]:
    """One running demo server for all tests of the module; on PostgreSQL two web processes and a work part."""
    if edition == "sqlite":
        yield start_module_server()
        return
    postgres: PostgresServer = request.getfixturevalue("postgres")
    name = f"s_{uuid.uuid4().hex}"
    one = start_module_server(database=postgres.create(name))
    yield one
    one.kill()
    postgres.drop(name)
