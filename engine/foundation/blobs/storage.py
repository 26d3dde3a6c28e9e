"""The content-addressed store on the local disk."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path

from engine.foundation.clock import SystemClock
from engine.foundation.errors import NotFound, Unavailable

LOG = logging.getLogger("yichuang.blobs")


class BlobMissing(NotFound):
    """存储中找不到该文件，可能已被移走。请系统管理员核对备份。"""

    code = "BLOB_MISSING"


class FilesUnwritable(Unavailable):
    """文件暂时不能保存，可能是存储空间已满。请稍后重试；仍不能保存的，请系统管理员检查磁盘空间。"""

    code = "FILES_UNWRITABLE"


class Blobs:
    """Files named by their SHA-256; a file is written once and never changed."""

    def __init__(self, folder: Path) -> None:
        """Keep files under ``folder``, which is made when missing."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, content: bytes) -> str:
        """Store ``content`` durably and return its digest (hex SHA-256).

        Raises :class:`FilesUnwritable` on a full or failing disk; then nothing of it is left.
        """
        try:
            return self._put(content)
        except OSError as error:
            LOG.warning("a file of %s bytes was not stored: %s", len(content), error)
            raise FilesUnwritable from error

    def _put(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path.parent, fcntl.LOCK_SH):
            if path.exists():
                # Young again: whoever sweeps must not take what is about to be referred to.
                os.utime(path)
                return digest
            draft = path.with_name(f"{digest}.{os.getpid()}.{os.urandom(4).hex()}.tmp")
            try:
                with draft.open("xb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                draft.replace(path)
                _sync_folder(path.parent)
            except OSError:
                # Half a file would take the room that is wanted so badly.
                draft.unlink(missing_ok=True)
                raise
        return digest

    def get(self, digest: str) -> bytes:
        """Return the content of ``digest``; raise :class:`BlobMissing`."""
        try:
            return self._path(digest).read_bytes()
        except FileNotFoundError as error:
            raise BlobMissing from error

    def has(self, digest: str) -> bool:
        """Tell whether ``digest`` is stored."""
        return self._path(digest).exists()

    def sweep(self, referenced: AbstractSet[str], *, older_than_seconds: float) -> int:
        """Remove files that nothing refers to and that were last put longer ago; return how many.

        ``referenced`` must have been read after the age limit had passed for whatever is to go, so that a
        file put just now is young and stays.  Half-written files of a crash are removed by the same rule.
        """
        removed = 0
        for folder in sorted(self._folder.glob("??")):
            with _locked(folder, fcntl.LOCK_EX):
                for path in _old_files(folder, referenced, older_than_seconds):
                    path.unlink()
                    removed += 1
        return removed

    def left_behind(self, referenced: AbstractSet[str], *, older_than_seconds: float) -> list[str]:
        """Return the names of the files that :meth:`sweep` would remove; nothing is touched."""
        folders = sorted(self._folder.glob("??"))
        return [path.name for folder in folders for path in _old_files(folder, referenced, older_than_seconds)]

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or any(letter not in "0123456789abcdef" for letter in digest):
            raise BlobMissing
        return self._folder / digest[:2] / digest


_LOCK = ".lock"


def _old_files(folder: Path, referenced: AbstractSet[str], older_than_seconds: float) -> list[Path]:
    """Return the files of ``folder`` that nothing refers to and that were last put longer ago."""
    since = SystemClock().now().timestamp() - older_than_seconds
    return [
        path
        for path in sorted(folder.iterdir())
        if path.name != _LOCK and path.name not in referenced and path.stat().st_mtime < since
    ]


@contextmanager
def _locked(folder: Path, mode: int) -> Iterator[None]:
    """Hold the folder's lock: putters share it, the sweeper is alone."""
    handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, mode)
        yield
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    """Make the new name durable too: a rename lives in its folder, not in the file."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
