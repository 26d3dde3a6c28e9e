"""Serving: one waitress process with its sweeper and worker threads."""

from __future__ import annotations

import fcntl
import logging
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import waitress.server

from deadlines.runner.scheduler import DeadlineScheduler
from engine.foundation.errors import Conflict
from web.app import create_app
from yichuang.demo.peers import demo_peers
from yichuang.house import open_house
from yichuang.provision import DEMO_PASSWORD
from yichuang.settings import Settings
from yichuang.worker import Worker

THREADS = 64
CONNECTIONS = 1000


class AlreadyServing(Conflict):
    """数据目录 {data} 已有一个服务在运行。SQLite 数据库只能由一个服务进程使用，请先停止它。"""

    code = "ALREADY_SERVING"


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; prints ``ready http://HOST:PORT/`` when it answers.

    ``port`` 0 takes a free one.  Raises :class:`AlreadyServing` over a SQLite folder that is in use.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    for chatty in ("apscheduler", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)  # they would report every sweep and every look
    with _alone(settings), demo_peers(settings) as connected:
        door = open_house(connected)
        scheduler = DeadlineScheduler(door, poll_seconds=30 if settings.production else 2)
        worker = Worker(door)
        app = create_app(
            door,
            demo=not settings.production,
            demo_password=DEMO_PASSWORD,
            health=lambda: {"scheduler": scheduler.alive(), "worker": worker.alive()},
        )
        server = waitress.server.create_server(
            app,
            host=host,
            port=port,
            threads=THREADS,
            connection_limit=CONNECTIONS,
            ident=None,
            clear_untrusted_proxy_headers=True,
        )
        scheduler.start()
        worker.start()
        _stop_on_signal()
        print(f"ready http://{host}:{server.effective_port}/", flush=True)
        try:
            server.run()
        finally:
            server.close()
            scheduler.stop()
            worker.stop()
            door.database.close()


def _stop_on_signal() -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Hold the folder's server lock when the database is SQLite; another host's server uses PostgreSQL."""
    if not settings.database_url.startswith("sqlite"):
        yield
        return
    handle = os.open(settings.data / "server.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise AlreadyServing(data=settings.data) from error
    try:
        yield
    finally:
        os.close(handle)
