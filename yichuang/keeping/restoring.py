"""Restoring a backup into an empty place: everything is asked first, and a refusal leaves nothing behind."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.foundation.hosts.queries import forget_place
from engine.foundation.store.database import Database, sqlite_file
from engine.foundation.store.migrations import head, refuse_newer
from engine.oversight.audit.invariants.verifying import Violation
from yichuang.keeping.archive import (
    KEYS_MEMBER,
    POSTGRESQL_MEMBER,
    PUBLIC_KEYS_MEMBER,
    SEAL_KEY_MEMBER,
    SQLITE_MEMBER,
    BackupDamaged,
    Manifest,
    extract,
)
from yichuang.keeping.backup import (
    NotEmpty,
    checked_sqlite,
    invariants_at,
    refuse_other_heads,
    refuse_unfit,
    restore_dump,
)
from yichuang.settings import Settings, make_folder


def restore(path: Path, settings: Settings) -> tuple[Manifest, list[Violation] | None]:
    """Restore a backup into the empty data folder and database of ``settings``, and check what was restored.

    The second value is None for a backup of PostgreSQL of an older revision, of which only digests and chains were
    checked.  Raises BackupMissing, :class:`BackupDamaged`, :class:`NotEmpty`, SchemaUnknown, DatabaseAway,
    ToolMissing, ToolFailed; then nothing is left of it.
    """
    _refuse_filled(settings)
    with _folder(settings.data), tempfile.TemporaryDirectory(dir=settings.data, prefix=".restore-") as work:
        folder = Path(work)
        manifest = extract(path, folder)
        if (manifest.dialect == "sqlite") != settings.is_sqlite:
            raise BackupDamaged(
                file=path.name, reason=f"它是 {manifest.dialect} 的备份，请恢复到同类数据库，再用 db copy"
            )
        refuse_newer(manifest.revision)
        database = sqlite_file(settings.database_url)
        if database is not None:
            found = checked_sqlite(path, manifest, folder / SQLITE_MEMBER, folder / "files")
            with _put(settings, folder, manifest):
                _forget(f"sqlite:///{folder / SQLITE_MEMBER}")
                database.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(folder / SQLITE_MEMBER, database)
            return manifest, found
        with _put(settings, folder, manifest):
            restore_dump(folder / POSTGRESQL_MEMBER, settings.database_url)
    refuse_other_heads(path, manifest, settings.database_url)
    _forget(settings.database_url)
    return manifest, invariants_at(settings.database_url, settings.blobs) if manifest.revision == head() else None


def _refuse_filled(settings: Settings) -> None:
    """Raise :class:`NotEmpty` for a place that has anything in it."""
    database = sqlite_file(settings.database_url)
    places = [settings.blobs, settings.keys]
    if database is not None:
        places += [database, database.with_name(f"{database.name}-wal")]
    for place in places:
        if place.exists() and (place.is_file() or any(place.iterdir())):
            raise NotEmpty(place=place)
    if database is None:
        refuse_unfit(settings.database_url)


@contextmanager
def _folder(folder: Path) -> Iterator[None]:
    """Make the data folder when it is missing; it is gone again when nothing was restored into it."""
    made = not folder.exists()
    make_folder(folder)
    try:
        yield
    except BaseException:
        if made:
            shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def _put(settings: Settings, folder: Path, manifest: Manifest) -> Iterator[None]:
    """Put files and keys in their places, and take them away again when the database does not follow."""
    try:
        if (folder / "files").exists():
            if settings.blobs.exists():
                settings.blobs.rmdir()
            shutil.move(folder / "files", settings.blobs)
        if manifest.keys:
            shutil.copy2(folder / KEYS_MEMBER, settings.keys)
            settings.keys.chmod(0o600)
        _put_seal_keys(settings, folder)
        yield
    except BaseException:
        shutil.rmtree(settings.blobs, ignore_errors=True)
        if manifest.keys:
            settings.keys.unlink(missing_ok=True)
        raise


def _put_seal_keys(settings: Settings, folder: Path) -> None:
    """Put what signs checkpoints, and what checks them, where there is nothing of the kind yet."""
    places = ((SEAL_KEY_MEMBER, settings.outside.key_file), (PUBLIC_KEYS_MEMBER, settings.outside.keys))
    for member, place in places:
        if (folder / member).exists() and not place.exists():
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copy2(folder / member, place)
            place.chmod(0o600)


def _forget(url: str) -> None:
    """Take out what was true of the house that was put away only: who beat there, when it was backed up."""
    database = Database(url, readers=1)
    try:
        with database.writing() as connection:
            forget_place(connection)
    finally:
        database.close()
