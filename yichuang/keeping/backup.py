"""Making a backup under load, checking one, and restoring it into an empty place.

The database is put away first, as it is at one moment; then the files it refers to.  A file is named by its content and
never changes, so what comes in meanwhile is at most too much, never too little.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Connection

from engine.foundation.blobs.checks import preview_digests
from engine.foundation.blobs.queries import referenced_digests
from engine.foundation.blobs.storage import BlobMissing, Blobs
from engine.foundation.clock import SystemClock, utc_text
from engine.foundation.errors import Conflict
from engine.foundation.hosts.queries import LAST_BACKUP, note_fact
from engine.foundation.store.copying import Heads, copy_sqlite, heads, is_bare, moment
from engine.foundation.store.database import Database
from engine.foundation.store.migrations import found_revision, head
from engine.oversight.audit.invariants import Violation, verify
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.documents.queries import rendered_digests
from yichuang.keeping.archive import (
    KEYS_MEMBER,
    POSTGRESQL_MEMBER,
    SQLITE_MEMBER,
    BackupDamaged,
    Manifest,
    Writer,
    extract,
)
from yichuang.keeping.tools import run_tool
from yichuang.settings import Settings


class BackupExists(Conflict):
    """文件 {file} 已经存在，备份从不覆盖旧文件。请换一个文件名。"""

    code = "BACKUP_EXISTS"


class NotEmpty(Conflict):
    """{place} 不是空的，没有写入任何内容。请换一个空的数据目录和空的数据库再恢复。"""

    code = "RESTORE_TARGET_NOT_EMPTY"


class BackupIncomplete(Conflict):
    """有 {count} 个办件文件在存储中找不到（{first}），没有生成备份。请先运行 audit verify --all 查明。"""

    code = "BACKUP_INCOMPLETE"


def folder_of(settings: Settings) -> Path:
    """Return where backups go unless told otherwise."""
    return settings.data / "backups"


def create(settings: Settings, to: Path | None = None, *, with_keys: bool = False) -> Path:
    """Make a backup and return its file; a file of that name appears only when it is whole.

    Raises :class:`BackupExists`, :class:`BackupIncomplete`, ToolMissing, ToolFailed.
    """
    now = SystemClock().now()
    target = to or folder_of(settings) / f"yichuang-{now:%Y%m%dT%H%M%SZ}.zip"
    if target.exists():
        raise BackupExists(file=target)
    target.parent.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url, readers=2)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as work:
        draft, folder = Path(work) / "draft.zip", Path(work)
        try:
            _write(settings, database, draft, folder, now, with_keys=with_keys)
            _sync(draft)
            draft.replace(target)
            with database.writing() as connection:
                note_fact(connection, LAST_BACKUP, target.name[:200], now)
        finally:
            database.close()
    return target


def _write(
    settings: Settings, database: Database, draft: Path, folder: Path, now: datetime, *, with_keys: bool
) -> None:
    writer = Writer(draft)
    try:
        if settings.is_sqlite:
            copy = folder / SQLITE_MEMBER
            copy_sqlite(Path(str(database.url.database)), copy)
            revision, known, digests = _look_at(f"sqlite:///{copy}")
            writer.add(SQLITE_MEMBER, copy)
        else:
            copy = folder / POSTGRESQL_MEMBER
            with moment(database) as held:
                revision, known, digests = held.revision, heads(held.connection), _digests(held.connection)
                arguments = ("--format=custom", "--compress=1", f"--snapshot={held.snapshot}", f"--file={copy}")
                run_tool("pg_dump", settings.database_url, *arguments, major=_major(held.connection))
            writer.add(POSTGRESQL_MEMBER, copy)
        _add_files(writer, Blobs(settings.blobs), digests)
        if with_keys:
            writer.add(KEYS_MEMBER, settings.keys)
        dialect = "sqlite" if settings.is_sqlite else "postgresql"
        product = importlib.metadata.version("yichuang")
        writer.finish(
            Manifest(utc_text(now), product, dialect, revision, known.roots, known.digest, with_keys, writer.members)
        )
    finally:
        writer.close()


def _look_at(url: str) -> tuple[str, Heads, set[str]]:
    database = Database(url, readers=1)
    try:
        with database.reading() as connection:
            return found_revision(connection) or "", heads(connection), _digests(connection)
    finally:
        database.close()


def _digests(connection: Connection) -> set[str]:
    found = referenced_digests(connection) | rendered_digests(connection) | preview_digests(connection)
    return {one for one in found if one}


def _major(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10000


def _add_files(writer: Writer, blobs: Blobs, digests: set[str]) -> None:
    missing = []
    for digest in sorted(digests):
        try:
            writer.add_bytes(f"files/{digest[:2]}/{digest}", blobs.get(digest))
        except BlobMissing:
            missing.append(digest)
    if missing:
        raise BackupIncomplete(count=len(missing), first=missing[0])


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


# Checking and restoring ------------------------------------------------------------------------------------------


def check(path: Path, scratch: str | None = None) -> tuple[Manifest, list[Violation] | None]:
    """Open a backup in a temporary place and check every digest, every chain head and all invariants.

    A backup of PostgreSQL needs an empty ``scratch`` database for that; without one only its digests are checked, and
    the second value is None.  Raises :class:`BackupDamaged`, :class:`NotEmpty`, ToolMissing, ToolFailed.
    """
    with tempfile.TemporaryDirectory(prefix="yichuang-verify-") as work:
        folder = Path(work)
        manifest = extract(path, folder)
        if manifest.dialect == "sqlite":
            return manifest, _checked(path, manifest, f"sqlite:///{folder / SQLITE_MEMBER}", folder / "files")
        if scratch is None:
            return manifest, None
        _restore_dump(folder / POSTGRESQL_MEMBER, scratch)
        return manifest, _checked(path, manifest, scratch, folder / "files")


def restore(path: Path, settings: Settings) -> tuple[Manifest, list[Violation]]:
    """Restore a backup into the empty data folder and database of ``settings``, and check what was restored.

    Raises :class:`NotEmpty` before anything is written, :class:`BackupDamaged`, ToolMissing, ToolFailed.
    """
    database = Path(str(Database(settings.database_url, readers=1).url.database))
    for place in (settings.blobs, settings.keys, *((database,) if settings.is_sqlite else ())):
        if place.exists() and (place.is_file() or any(place.iterdir())):
            raise NotEmpty(place=place)
    with tempfile.TemporaryDirectory(dir=settings.data, prefix=".restore-") as work:
        folder = Path(work)
        manifest = extract(path, folder)
        if (manifest.dialect == "sqlite") != settings.is_sqlite:
            raise BackupDamaged(
                file=path.name, reason=f"它是 {manifest.dialect} 的备份，请恢复到同类数据库，再用 db copy"
            )
        if (folder / "files").exists():
            shutil.copytree(folder / "files", settings.blobs, dirs_exist_ok=True)
        if manifest.keys:
            shutil.copy2(folder / KEYS_MEMBER, settings.keys)
            settings.keys.chmod(0o600)
        if settings.is_sqlite:
            database.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(folder / SQLITE_MEMBER, database)
        else:
            _restore_dump(folder / POSTGRESQL_MEMBER, settings.database_url)
    return manifest, _checked(path, manifest, settings.database_url, settings.blobs)


def _restore_dump(dump: Path, url: str) -> None:
    with _opened(url) as connection:
        if not is_bare(connection):
            raise NotEmpty(place="数据库")
        major = _major(connection)
    arguments = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(dump))
    run_tool("pg_restore", url, *arguments, major=major)


def _checked(path: Path, manifest: Manifest, url: str, files: Path) -> list[Violation]:
    with _opened(url) as connection:
        found = heads(connection)
        if (found.roots, found.digest) != (manifest.roots, manifest.heads):
            raise BackupDamaged(file=path.name, reason="过程记录链与清单不一致")
        if found_revision(connection) != head():
            # An older program's rows are checked after the upgrade; their chains were compared above.
            return []
        return verify(connection, Bundles(), Blobs(files))


@contextmanager
def _opened(url: str) -> Iterator[Connection]:
    database = Database(url, readers=2)
    try:
        with database.reading() as connection:
            yield connection
    finally:
        database.close()
