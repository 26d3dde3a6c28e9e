"""Making a backup under load, and checking one.

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
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Connection

from engine.casework.cases.finding.queries import reindex
from engine.foundation.blobs.checks import preview_digests
from engine.foundation.blobs.queries import referenced_digests
from engine.foundation.blobs.storage import BlobMissing, Blobs
from engine.foundation.clock import SystemClock, utc_text
from engine.foundation.errors import Conflict, Invalid
from engine.foundation.hosts.queries import LAST_BACKUP, note_fact
from engine.foundation.search import queries as search
from engine.foundation.store.copying import Heads, copy_sqlite, heads, is_bare, moment, server_major
from engine.foundation.store.database import Database, sqlite_file
from engine.foundation.store.migrations import found_revision, head, upgrade
from engine.foundation.vault import KeysMissing
from engine.oversight.audit.invariants.verifying import Violation, verify
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.documents.queries import rendered_digests
from yichuang.keeping.archive import (
    KEYS_MEMBER,
    POSTGRESQL_MEMBER,
    PUBLIC_KEYS_MEMBER,
    SEAL_KEY_MEMBER,
    SQLITE_MEMBER,
    BackupDamaged,
    Manifest,
    Writer,
    extract,
)
from yichuang.keeping.presence import refuse_missing
from yichuang.keeping.tools import refuse_without, run_tool
from yichuang.settings import Settings

BATCH = 500
"""So many cases are indexed in one step."""


class BackupExists(Conflict):
    """文件 {file} 已经存在，备份从不覆盖旧文件。请换一个文件名。"""

    code = "BACKUP_EXISTS"


class NotEmpty(Conflict):
    """{place} 不是空的，没有写入任何内容。请换一个空的数据目录和空的数据库再恢复。"""

    code = "RESTORE_TARGET_NOT_EMPTY"


class BackupIncomplete(Conflict):
    """有 {count} 个办件文件在存储中找不到（{first}），没有生成备份。请先运行
    ./run yichuang audit verify --all 查明。"""

    code = "BACKUP_INCOMPLETE"


class ScratchUnfit(Invalid):
    """--scratch 给出的 {url} 不是 PostgreSQL 数据库。请给出一个空的 PostgreSQL 数据库，核对后可以删除。"""

    code = "SCRATCH_UNFIT"


def folder_of(settings: Settings) -> Path:
    """Return where backups go unless told otherwise."""
    return settings.data / "backups"


def create(settings: Settings, to: Path | None = None, *, with_keys: bool = False) -> Path:
    """Make a backup and return its file; a file of that name appears only when it is whole.

    A house that waits for its upgrade is backed up as it is.  Raises DataMissing, DatabaseAway, KeysMissing,
    :class:`BackupExists`, :class:`BackupIncomplete`, ToolMissing, ToolFailed.
    """
    refuse_missing(settings)
    if with_keys and not settings.keys.exists():
        raise KeysMissing(file=settings.keys)
    now = SystemClock().now()
    target = to or folder_of(settings) / f"yichuang-{now:%Y%m%dT%H%M%SZ}.zip"
    if target.exists():
        raise BackupExists(file=target)
    target.parent.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url, readers=2)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as work:
        draft, folder = Path(work) / "draft.zip", Path(work)
        try:
            revision = _write(settings, database, draft, folder, now, with_keys=with_keys)
            _sync(draft)
            draft.replace(target)
            if revision == head():
                # An older house may have no place for this yet.
                with database.writing() as connection:
                    note_fact(connection, LAST_BACKUP, target.name[:200], now)
        finally:
            database.close()
    return target


@dataclass(frozen=True)
class _Seen:
    """What a backup tells of its database, and the files that belong to it."""

    revision: str
    heads: Heads
    digests: set[str]


def _write(settings: Settings, database: Database, draft: Path, folder: Path, now: datetime, *, with_keys: bool) -> str:
    writer = Writer(draft)
    try:
        path = sqlite_file(settings.database_url)
        if path is not None:
            copy_sqlite(path, folder / SQLITE_MEMBER)
            seen = _look_at(folder / SQLITE_MEMBER)
            writer.add(SQLITE_MEMBER, folder / SQLITE_MEMBER)
        else:
            seen = _dump(settings, database, folder / POSTGRESQL_MEMBER)
            writer.add(POSTGRESQL_MEMBER, folder / POSTGRESQL_MEMBER)
        _add_files(writer, Blobs(settings.blobs), seen.digests)
        if with_keys:
            writer.add(KEYS_MEMBER, settings.keys)
            if settings.outside.key_file.exists():
                writer.add(SEAL_KEY_MEMBER, settings.outside.key_file)
        if settings.outside.keys.exists():
            # No secret, and without it nobody could check what was sealed here.
            writer.add(PUBLIC_KEYS_MEMBER, settings.outside.keys)
        dialect = "sqlite" if settings.is_sqlite else "postgresql"
        product, roots, digest = importlib.metadata.version("yichuang"), seen.heads.roots, seen.heads.digest
        writer.finish(
            Manifest(utc_text(now), product, dialect, seen.revision, roots, digest, with_keys, writer.members)
        )
    finally:
        writer.close()
    return seen.revision


def _look_at(copy: Path) -> _Seen:
    """Look at the copy of a SQLite database; one of an older revision is asked for its files when it is upgraded."""
    with opened(f"sqlite:///{copy}") as connection:
        revision, known = found_revision(connection) or "", heads(connection)
        if revision == head():
            return _Seen(revision, known, digests_of(connection))
    with upgraded(copy) as url, opened(url) as connection:
        return _Seen(revision, known, digests_of(connection))


def _dump(settings: Settings, database: Database, copy: Path) -> _Seen:
    with moment(database) as held:
        arguments = ("--format=custom", "--compress=1", f"--snapshot={held.snapshot}", f"--file={copy}")
        run_tool("pg_dump", settings.database_url, *arguments, major=server_major(held.connection))
        known = heads(held.connection)
        if held.revision == head():
            return _Seen(held.revision, known, digests_of(held.connection))
    # What an older database refers to cannot be asked in today's words: all files are taken.
    return _Seen(held.revision, known, set(Blobs(settings.blobs).left_behind(set(), older_than_seconds=0)))


@contextmanager
def upgraded(path: Path) -> Iterator[str]:
    """Give the address of a copy of the SQLite database at ``path`` that is upgraded; ``path`` stays as it is."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".upgraded-") as work:
        copy = Path(work) / SQLITE_MEMBER
        shutil.copyfile(path, copy)
        make_current(f"sqlite:///{copy}")
        yield f"sqlite:///{copy}"


def make_current(url: str) -> None:
    """Bring a copy to what the first opening by this program makes of it: the schema, and the index of its cases."""
    upgrade(url)
    database = Database(url, readers=1)
    try:
        with database.writing() as connection:
            after: str | None = "" if search.is_empty(connection, "guide") else None
            while after is not None:
                after = reindex(connection, after, BATCH)
    finally:
        database.close()


def digests_of(connection: Connection) -> set[str]:
    """Return the digest of every file that the database refers to."""
    found = referenced_digests(connection) | rendered_digests(connection) | preview_digests(connection)
    return {one for one in found if one}


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


# Checking --------------------------------------------------------------------------------------------------------


def check(path: Path, scratch: str | None = None) -> tuple[Manifest, list[Violation] | None]:
    """Open a backup in a temporary place and check every digest, every chain head and all invariants.

    A backup of an older revision is upgraded there first.  A backup of PostgreSQL needs an empty ``scratch`` database;
    without one only its digests are checked, and the second value is None.  Raises BackupMissing,
    :class:`BackupDamaged`, :class:`NotEmpty`, :class:`ScratchUnfit`, SchemaUnknown, ToolMissing, ToolFailed.
    """
    with tempfile.TemporaryDirectory(prefix="yichuang-verify-") as work:
        folder = Path(work)
        manifest = extract(path, folder)
        if manifest.dialect == "sqlite":
            return manifest, checked_sqlite(path, manifest, folder / SQLITE_MEMBER, folder / "files")
        if scratch is None:
            return manifest, None
        if sqlite_file(scratch) is not None:
            raise ScratchUnfit(url=scratch)
        refuse_unfit(scratch)
        restore_dump(folder / POSTGRESQL_MEMBER, scratch)
        refuse_other_heads(path, manifest, scratch)
        make_current(scratch)
        return manifest, invariants_at(scratch, folder / "files")


def checked_sqlite(path: Path, manifest: Manifest, database: Path, files: Path) -> list[Violation]:
    """Check the SQLite database of a backup, which is upgraded aside when it is of an older revision."""
    refuse_other_heads(path, manifest, f"sqlite:///{database}")
    with upgraded(database) as url:
        return invariants_at(url, files)


def refuse_other_heads(path: Path, manifest: Manifest, url: str) -> None:
    """Raise :class:`BackupDamaged` when the chains are not the ones that the manifest tells of."""
    with opened(url) as connection:
        found = heads(connection)
    if (found.roots, found.digest) != (manifest.roots, manifest.heads):
        raise BackupDamaged(file=path.name, reason="过程记录链与清单不一致")


def invariants_at(url: str, files: Path) -> list[Violation]:
    """Return every violation of the house whose database, of this program's revision, and files these are."""
    with opened(url) as connection:
        return verify(connection, Bundles(), Blobs(files))


def refuse_unfit(url: str) -> None:
    """Raise DatabaseAway, :class:`NotEmpty` or ToolMissing when no dump can be restored into this PostgreSQL."""
    database = Database(url, readers=1)
    try:
        database.refuse_if_away()
        with database.reading() as connection:
            if not is_bare(connection):
                raise NotEmpty(place=f"数据库 {database.url.render_as_string(hide_password=True)}")
            refuse_without("pg_restore", server_major(connection))
    finally:
        database.close()


def restore_dump(dump: Path, url: str) -> None:
    """Restore a dump of PostgreSQL in one transaction."""
    with opened(url) as connection:
        major = server_major(connection)
    arguments = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(dump))
    run_tool("pg_restore", url, *arguments, major=major)


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    """Give a reading connection to a database for a while."""
    database = Database(url, readers=2)
    try:
        with database.reading() as connection:
            yield connection
    finally:
        database.close()
