"""The web part on PostgreSQL: gunicorn with a few processes of many threads, over a socket its parent has opened."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from web.metrics import Figures
from yichuang.compose import compose
from yichuang.hosting.application import application
from yichuang.hosting.counting import forget_process
from yichuang.hosting.lifeline import die_with
from yichuang.settings import Settings

CONNECTIONS = 1000
GRACE_SECONDS = 10
"""So long may a request take that is under way when the process is asked to end."""
SILENT_SECONDS = 60
"""A web process whose own loop stands still so long is replaced; a slow request does not stop the loop."""
MOST_REQUESTS = 100_000
MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn makes an unlinked file in it, for its own heartbeat


class HouseLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's words go where all others go; its access lines are not wanted, we write our own."""

    def setup(self, cfg: Any) -> None:
        """Hand on everything."""
        self.cfg = cfg
        self._access_log_enabled = False
        self.loglevel = logging.INFO
        self.error_log.propagate = True

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Say nothing."""


class WebPart(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """The pages, served by ``processes`` processes of ``threads`` threads each."""

    def __init__(self, settings: Settings, *, listening: int, processes: int, threads: int) -> None:
        """Serve on the open socket with the descriptor ``listening``."""
        self._settings = settings
        self._chosen = {
            "bind": f"fd://{listening}",
            "worker_class": "gthread",
            "workers": processes,
            "threads": threads,
            "worker_connections": CONNECTIONS,
            "timeout": SILENT_SECONDS,
            "graceful_timeout": GRACE_SECONDS,
            "keepalive": 15,
            "max_requests": MOST_REQUESTS,
            "max_requests_jitter": MOST_REQUESTS // 10,
            "worker_tmp_dir": str(MEMORY) if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) else None,
            "logger_class": HouseLogger,
            "control_socket_disable": True,
            "proc_name": "yichuang",
            # Whose word counts is decided in one place for every edition: web/proxies.py.
            "forwarded_allow_ips": "",
            "secure_scheme_headers": {},
            "forwarder_headers": "",
            "post_fork": _follow,
            "child_exit": _forget,
        }
        super().__init__()

    def load_config(self) -> None:
        """Take our choices; no file and no environment variable is read."""
        for name, value in self._chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the application; asked in each process, so that none shares a connection with another."""
        # The pages' modules were loaded before the processes part: they share that memory.
        figures = Figures()
        door = compose(self._settings, watch=figures)
        figures.watch_pool(door.database.in_use)
        return application(door, self._settings, figures)


def _follow(arbiter: Any, _worker: Any) -> None:
    die_with(arbiter.pid)


def _forget(_arbiter: Any, worker: Any) -> None:
    forget_process(worker.pid)


def serve_pages(settings: Settings, *, listening: int, processes: int, threads: int) -> None:
    """Serve until SIGTERM."""
    # Nobody's environment changes how the house is served.
    os.environ.pop("GUNICORN_CMD_ARGS", None)
    WebPart(settings, listening=listening, processes=processes, threads=threads).run()
