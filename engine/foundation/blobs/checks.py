"""What is known of each stored content, and what follows from it for whoever wants to open or use it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.blobs.tables import file_check, upload
from engine.foundation.errors import Conflict
from engine.foundation.store.portable import insert_if_missing
from engine.foundation.store.unit import Unit

SCANS: Mapping[str, str] = {
    "pending": "正在查毒",
    "clean": "查毒通过",
    "infected": "发现病毒，已隔离",
    "unscanned": "未查毒",
    "failed": "查毒未完成",
}
"""The scanner's verdicts in words."""

MOST_ATTEMPTS = 6
"""After so many failed tries (about two minutes) a file counts as not scanned for now."""


class FileInfected(Conflict):
    """“{name}”经查毒发现病毒（{threat}），已隔离，不能打开或使用。请在干净的设备上重新取得后再上传。"""

    code = "FILE_INFECTED"


class FilePending(Conflict):
    """“{name}”正在查毒，请稍候几秒再打开。"""

    code = "FILE_PENDING"


@dataclass(frozen=True)
class FileCheck:
    """What is known of one content."""

    digest: str
    media_type: str
    sm3: str
    scan: str
    threat: str
    scanned_at: datetime | None
    attempts: int
    wake_at: datetime | None
    preview: str | None
    preview_note: str
    added_at: datetime

    @property
    def word(self) -> str:
        """The scanner's verdict in words."""
        return SCANS[self.scan]


@dataclass(frozen=True)
class Bearer:
    """An upload that carries a content: where it lies and what it is called there."""

    root_id: str | None
    account: str
    file_name: str


def note_file(unit: Unit, digest: str, media_type: str, sm3: str, *, scanner: bool) -> None:
    """Remember a content when it comes in for the first time; the worker looks at it next."""
    values = {
        "digest": digest, "media_type": media_type, "sm3": sm3, "scan": "pending" if scanner else "unscanned",
        "threat": "", "scanned_at": None, "attempts": 0, "wake_at": unit.now, "preview": None, "preview_note": "",
        "added_at": unit.now,
    }  # fmt: skip
    insert_if_missing(unit.connection, file_check, values)


def checks_of(connection: Connection, digests: Iterable[str]) -> dict[str, FileCheck]:
    """Return what is known of each of ``digests``."""
    query = sa.select(file_check).where(file_check.c.digest.in_(sorted(set(digests))))
    return {row.digest: FileCheck(*row) for row in connection.execute(query)}


def due_checks(connection: Connection, now: datetime, limit: int = 20) -> list[FileCheck]:
    """Return the contents that the worker should look at by ``now``, the longest waiting first."""
    query = sa.select(file_check).where(file_check.c.wake_at <= now).order_by(file_check.c.wake_at).limit(limit)
    return [FileCheck(*row) for row in connection.execute(query)]


def bearers_of(connection: Connection, digest: str) -> list[Bearer]:
    """Return every upload with this content."""
    columns = (upload.c.root_id, upload.c.account, upload.c.file_name)
    query = sa.select(*columns).where(upload.c.digest == digest).order_by(upload.c.root_id, upload.c.id)
    return [Bearer(*row) for row in connection.execute(query)]


def set_check(unit: Unit, digest: str, **values: object) -> None:
    """Set columns of a check."""
    unit.connection.execute(file_check.update().where(file_check.c.digest == digest).values(**values))


def next_look(attempts: int, now: datetime) -> datetime | None:
    """Return when a scan that failed for the ``attempts``-th time is tried again, or None when it is given up."""
    return None if attempts >= MOST_ATTEMPTS else now + timedelta(seconds=2 ** (attempts + 1))


def refuse_infected(connection: Connection, names: Mapping[str, str]) -> None:
    """Raise :class:`FileInfected` for the first of the files (digest to name) in which a virus was found."""
    for digest, check in checks_of(connection, names).items():
        if check.scan == "infected":
            raise FileInfected(name=names[digest], threat=check.threat)


def refuse_unsafe(connection: Connection, digest: str, name: str) -> None:
    """Raise :class:`FileInfected` or :class:`FilePending` unless the file may be opened."""
    refuse_infected(connection, {digest: name})
    check = checks_of(connection, [digest]).get(digest)
    if check is not None and check.scan == "pending":
        raise FilePending(name=name)


def preview_digests(connection: Connection) -> set[str]:
    """Return the digests of all previews: the sweeper leaves them."""
    return set(connection.scalars(sa.select(file_check.c.preview).where(file_check.c.preview.is_not(None))))


def used_today(connection: Connection, account: str, since: datetime) -> tuple[int, int]:
    """Return how many files, and how many bytes, ``account`` has brought since ``since`` (UTC)."""
    mine = (upload.c.account == account) & (upload.c.at >= since)
    query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(upload.c.size), 0)).where(mine)
    count, size = connection.execute(query).one()
    return int(count), int(size)


def count_of_root(connection: Connection, root_id: str) -> int:
    """Return how many files a case has."""
    return int(connection.execute(sa.select(sa.func.count()).where(upload.c.root_id == root_id)).scalar_one())
