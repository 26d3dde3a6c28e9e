"""Schema migrations: one history for both databases."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from engine.foundation.errors import Unavailable
from engine.foundation.store.database import Database

_FOLDER = Path(__file__).parent


class SchemaUnknown(Unavailable):
    """数据库的版本是 {found}，本程序需要 {wanted}。请改用与数据库相符的程序版本。"""

    code = "SCHEMA_UNKNOWN"


def upgrade(url: str) -> None:
    """Bring the database at ``url`` to the newest schema; a database that is there already is left alone."""
    database = Database(url)
    try:
        with database.writing() as connection:
            if _found(connection) != head():
                _run(connection)
    finally:
        database.close()


def refuse_unknown(connection: Connection) -> None:
    """Raise :class:`SchemaUnknown` when the database is not at the schema this program needs."""
    found = _found(connection)
    if found != head():
        raise SchemaUnknown(found=found or "空", wanted=head())


def head() -> str:
    """Return the newest revision."""
    return str(ScriptDirectory(str(_FOLDER)).get_current_head())


def _found(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _run(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SET LOCAL lock_timeout = '2s'"))
    command.upgrade(config, "head")
