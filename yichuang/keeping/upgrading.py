"""Upgrading: a SQLite database with rows is copied first, so that the older program can go on with it."""

from __future__ import annotations

from pathlib import Path

from engine.foundation.clock import SystemClock
from engine.foundation.store.copying import copy_sqlite, has_rows
from engine.foundation.store.database import Database
from engine.foundation.store.migrations import found_revision, head, upgrade
from yichuang.settings import Settings


def upgrade_kept(settings: Settings) -> Path | None:
    """Bring the database to the newest schema; return the copy of what it was, when one was made.

    The copy of a SQLite database lies in ``backups`` and is a database of the older program as it stands; the stored
    files are the same for both.  PostgreSQL is backed up by whoever runs it.
    """
    kept = _keep(settings) if settings.is_sqlite else None
    upgrade(settings.database_url)
    return kept


def _keep(settings: Settings) -> Path | None:
    database = Database(settings.database_url, readers=1)
    path = Path(str(database.url.database))
    try:
        if not path.exists():
            return None
        with database.reading() as connection:
            revision = found_revision(connection)
            if revision in {None, head()} or not has_rows(connection):
                return None
    finally:
        database.close()
    folder = settings.data / "backups"
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"before-upgrade-{revision}-{SystemClock().now():%Y%m%dT%H%M%S%f}Z.sqlite"
    copy_sqlite(path, kept)
    return kept
