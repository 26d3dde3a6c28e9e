"""A PostgreSQL cluster of one test's own, to be killed under load and started again."""

from __future__ import annotations

import contextlib
import shutil
import signal
import time
from collections.abc import Iterator

import psycopg

from tests.support.postgres import START_SECONDS, Guard, new_folder, url_of


class Cluster(Guard):
    """One server process over one data folder."""

    def __init__(self) -> None:
        super().__init__(new_folder("yc-pgk-"), 0)
        self._server = self._start_server()
        self._wait_until_it_answers(self._server)

    def create(self, database: str) -> str:
        """Create a database and return its URL."""
        with psycopg.connect(url_of(self.cluster, "postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {database}")
        return url_of(self.cluster, database)

    def kill(self, how: signal.Signals) -> None:
        """End the server at once: SIGQUIT is the immediate stop, SIGKILL takes the postmaster from its children."""
        self._server.send_signal(how)
        self._server.wait(START_SECONDS)

    def start(self) -> None:
        """Start again over the same data, once the orphans of a killed postmaster are gone; return when it answers."""
        patience = time.monotonic() + START_SECONDS
        while True:
            self._server = self._launch()
            try:
                self._wait_until_it_answers(self._server)
            except psycopg.OperationalError:
                # Its own lock file, or shared memory that an orphan still holds, made it give up: once more.
                if self._server.poll() is None or time.monotonic() > patience:
                    raise
                time.sleep(0.1)
            else:
                return

    def remove(self) -> None:
        """Stop it and remove everything."""
        self.kill(signal.SIGQUIT)
        for folder in (self.cluster, self.copied, self.home):
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def own_cluster() -> Iterator[Cluster]:
    """Give a running cluster; it is gone afterwards."""
    cluster = Cluster()
    try:
        yield cluster
    finally:
        cluster.remove()
