"""The server's lock on a data folder: one server over a SQLite file, and none while its data is moved."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.foundation.errors import Conflict

LOCK_FILE = "server.lock"


class AlreadyServing(Conflict):
    """数据目录 {data} 已有一个服务在运行。SQLite 数据库只能由一个服务进程使用，请先停止它。"""

    code = "ALREADY_SERVING"


@contextmanager
def alone(data: Path) -> Iterator[None]:
    """Hold the folder's server lock: nobody else serves this SQLite file.  Raises :class:`AlreadyServing`."""
    handle = os.open(data / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(handle)
        raise AlreadyServing(data=data) from error
    try:
        yield
    finally:
        os.close(handle)
