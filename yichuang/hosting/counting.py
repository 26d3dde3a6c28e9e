"""The folder in which the processes of one server keep their figures, so that they can be added up."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from prometheus_client.multiprocess import mark_process_dead

from web.metrics import FOLDER


def fresh_folder(data: Path, port: int) -> Path:
    """Return an empty folder for the figures of the server at ``port``: a new server begins at nought."""
    folder = data / "figures" / str(port)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def environment(folder: Path) -> dict[str, str]:
    """Return the environment in which a part counts in ``folder``."""
    return {**os.environ, FOLDER: str(folder)}


def forget_process(pid: int, folder: Path | None = None) -> None:
    """Take what a process that has ended held (connections in use) out of the figures; what it counted stays."""
    path = str(folder) if folder is not None else os.environ.get(FOLDER)
    if path:
        mark_process_dead(pid, path)  # type: ignore[no-untyped-call]  # the library has left this one out
