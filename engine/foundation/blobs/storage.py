"""The content-addressed store on the local disk."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from engine.foundation.errors import NotFound


class BlobMissing(NotFound):
    """存储中找不到该文件，可能已被移走。请系统管理员核对备份。"""

    code = "BLOB_MISSING"


class Blobs:
    """Files named by their SHA-256; a file is written once and never changed."""

    def __init__(self, folder: Path) -> None:
        """Keep files under ``folder``, which is made when missing."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, content: bytes) -> str:
        """Store ``content`` durably and return its digest (hex SHA-256)."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        if path.exists():
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{digest}.{os.getpid()}.{os.urandom(4).hex()}.tmp")
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _sync_folder(path.parent)
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

    def delete(self, digest: str) -> None:
        """Remove an orphan."""
        self._path(digest).unlink(missing_ok=True)

    def digests(self) -> Iterator[str]:
        """Yield every stored digest."""
        for path in sorted(self._folder.glob("??/*")):
            if path.suffix != ".tmp":
                yield path.name

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or any(letter not in "0123456789abcdef" for letter in digest):
            raise BlobMissing
        return self._folder / digest[:2] / digest


def _sync_folder(folder: Path) -> None:
    """Make the new name durable too: a rename lives in its folder, not in the file."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
