"""Upgrading: a database with rows is put away first, so that the older program can go on with it."""

from __future__ import annotations

from pathlib import Path

from engine.foundation.clock import SystemClock
from engine.foundation.errors import Refusal, Unavailable
from engine.foundation.store.copying import copy_sqlite, has_rows, server_major
from engine.foundation.store.database import Database, sqlite_file
from engine.foundation.store.migrations import found_revision, head, upgrade
from yichuang.keeping.tools import run_tool
from yichuang.settings import Settings

KEPT = "before-upgrade-"
"""How the names of such copies begin."""


class UpgradeUnkept(Unavailable):
    """升级前没有能够备份数据库，没有升级，数据没有改动：{reason}如已另行备份，请运行 ./run yichuang --data {data}
    --database 数据库地址 db upgrade --no-copy，再启动服务。"""

    code = "UPGRADE_UNKEPT"


def upgrade_kept(settings: Settings, *, copy: bool = True) -> Path | None:
    """Bring the database to the newest schema; return the copy of what it was, when one was made.

    The copy lies in ``backups``: of SQLite a database of the older program as it stands, of PostgreSQL what pg_restore
    reads.  The stored files are the same for both.  Without ``copy`` none is made: whoever asks for that has one.
    Raises :class:`UpgradeUnkept`, and nothing was upgraded.
    """
    kept = _keep(settings) if copy else None
    upgrade(settings.database_url)
    return kept


def _keep(settings: Settings) -> Path | None:
    path = sqlite_file(settings.database_url)
    if path is not None and not path.exists():
        return None
    database = Database(settings.database_url, readers=1)
    try:
        with database.reading() as connection:
            revision = found_revision(connection)
            if revision in {None, head()} or not has_rows(connection):
                return None
            major = server_major(connection)
    finally:
        database.close()
    folder = settings.data / "backups"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{KEPT}{revision}-{SystemClock().now():%Y%m%dT%H%M%S%f}Z"
    if path is not None:
        copy_sqlite(path, folder / f"{name}.sqlite")
        return folder / f"{name}.sqlite"
    return _dumped(settings, folder / f"{name}.dump", major)


def _dumped(settings: Settings, kept: Path, major: int) -> Path:
    try:
        run_tool("pg_dump", settings.database_url, "--format=custom", f"--file={kept}", major=major)
    except Refusal as refusal:
        kept.unlink(missing_ok=True)
        raise UpgradeUnkept(reason=refusal.sentence, data=settings.data) from refusal
    return kept
