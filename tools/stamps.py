"""What has been set up already: a step is done when the digest of its inputs equals the stamp it left.

A stamp is written after its step has ended well, by renaming a finished file; so an interrupted step is simply done
again.  Stamps lie in .venv, and go when somebody removes it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


def digest(paths: Iterable[Path], *facts: str) -> str:
    """Return the digest of the files (folders: all files below, in order of their names) and of further facts."""
    whole = hashlib.sha256()
    for path in paths:
        for file in [path] if path.is_file() else _files_below(path):
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            whole.update(f"{file.name}\0{content}\n".encode())
    whole.update("\0".join(facts).encode())
    return whole.hexdigest()


def _files_below(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


class Stamps:
    """The stamps of one checkout."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def is_done(self, step: str, wanted: str) -> bool:
        """Tell whether ``step`` ended well with inputs of the digest ``wanted``."""
        try:
            return (self.folder / step).read_text() == wanted
        except FileNotFoundError:
            return False

    def exists(self, step: str) -> bool:
        """Tell whether ``step`` left any stamp."""
        return (self.folder / step).exists()

    def done(self, step: str, wanted: str) -> None:
        """Record that ``step`` ended well."""
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = self.folder / f"{step}.{os.getpid()}"
        partial.write_text(wanted)
        partial.replace(self.folder / step)

    def forget(self, *steps: str) -> None:
        """Record that ``steps`` must be done again."""
        for step in steps:
            (self.folder / step).unlink(missing_ok=True)


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold the lock file, so that two runs at once set up one after the other."""
    import fcntl

    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            from tools.speech import say

            say("另一个 ./run 正在准备环境，等它完成 …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
