"""Schema migrations: one history for both databases."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from engine.foundation.errors import Unavailable
from engine.foundation.store.database import Database

_FOLDER = Path(__file__).parent
TRIES = 5
"""How often hosts that upgrade together may get in each other's way; each waits at most the lock timeout."""


class SchemaUnknown(Unavailable):
    """数据库的版本是 {found}，本程序需要 {wanted}。请改用与数据库相符的程序版本。"""

    code = "SCHEMA_UNKNOWN"


def upgrade(url: str) -> None:
    """Bring the database at ``url`` to the newest schema; a database that is there already is left alone.

    Raises :class:`SchemaUnknown` for a database of a newer program.  Hosts may start together: whoever comes second
    finds the schema made.
    """
    database = Database(url)
    try:
        for _ in range(TRIES - 1):
            with suppress(DBAPIError):
                return _upgrade(database)
        _upgrade(database)
    finally:
        database.close()


def refuse_unknown(connection: Connection) -> None:
    """Raise :class:`SchemaUnknown` when the database is not at the schema this program needs."""
    found = found_revision(connection)
    if found != head():
        raise SchemaUnknown(found=found or "空", wanted=head())


def refuse_newer(revision: str) -> None:
    """Raise :class:`SchemaUnknown` for the revision of a newer program."""
    if revision not in {one.revision for one in _history().walk_revisions()}:
        raise SchemaUnknown(found=revision or "空", wanted=head())


def head() -> str:
    """Return the newest revision."""
    return str(_history().get_current_head())


def _upgrade(database: Database) -> None:
    with database.rebuilding() as connection:
        found = found_revision(connection)
        if found == head():
            return
        if found is not None:
            refuse_newer(found)
        _run(connection)


@cache
def _history() -> ScriptDirectory:
    # Read once: the files do not change while the program runs, and there are more of them every month.
    return ScriptDirectory(str(_FOLDER))


def found_revision(connection: Connection) -> str | None:
    """Return the revision the database is at, or None for a database without a schema."""
    return MigrationContext.configure(connection).get_current_revision()


def _run(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
    command.upgrade(config, "head")
