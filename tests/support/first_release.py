"""A house as the first release left it: its database at revision 0001, its keys and its files.

``first_release.zip`` was written by the first release's own code, which carried its cases as people would; it is
never edited.  ``cases.json`` in it names each case by what it was: archived, decided, held with a draft, and so on.

===============  ================================================================================================
first_release    a function ``(dialect) -> FirstRelease``: a fresh copy, not yet upgraded
===============  ================================================================================================
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection

from engine.foundation.clock import CITY
from engine.foundation.store import migrations
from engine.foundation.store.database import Database
from engine.foundation.store.migrations.making import import_all_tables
from engine.foundation.store.types import METADATA
from tests.support.databases import NewDatabase
from tests.support.house import House
from yichuang.settings import read_settings

ARCHIVE = Path(__file__).with_suffix(".zip")


@dataclass
class FirstRelease:
    """The data folder, the database's address (None: the SQLite file in the folder), the cases by what they were."""

    data: Path
    url: str | None
    cases: dict[str, str]
    house: House | None = None

    @property
    def database_url(self) -> str:
        """The address of the database."""
        return self.url or f"sqlite:///{self.data / 'yichuang.db'}"

    def opened(self) -> House:
        """Open the house with today's program, as a start of the server does: upgraded and provisioned."""
        self.house = House(read_settings(self.data, self.url), datetime(2026, 3, 12, 9, 30, tzinfo=CITY))
        return self.house

    def counts(self) -> dict[str, int]:
        """Return how many rows each table has."""
        database = Database(self.database_url)
        try:
            with database.reading() as connection:
                names = [one for one in sa.inspect(connection).get_table_names() if not one.startswith("search_")]
                ask = connection.exec_driver_sql
                return {name: int(ask(f'SELECT count(*) FROM "{name}"').scalar_one()) for name in names}
        finally:
            database.close()


@pytest.fixture
def first_release(quick_path: Path, new_database: NewDatabase) -> Iterator[Callable[[str], FirstRelease]]:
    """A function that lays out the first release's house on a dialect; every house opened over it is closed."""

    laid_out: list[FirstRelease] = []

    def lay_out(dialect: str) -> FirstRelease:
        laid_out.append(_lay_out(dialect))
        return laid_out[-1]

    def _lay_out(dialect: str) -> FirstRelease:
        data = quick_path / "first"
        with zipfile.ZipFile(ARCHIVE) as archive:
            archive.extractall(data)
        cases = json.loads((data / "cases.json").read_text("utf-8"))
        if dialect == "sqlite":
            return FirstRelease(data, None, cases)
        url = new_database(dialect)
        _copy(f"sqlite:///{data / 'yichuang.db'}", url)
        return FirstRelease(data, url, cases)

    yield lay_out
    for one in laid_out:
        if one.house is not None:
            one.house.close()


def _copy(source_url: str, url: str) -> None:
    """Make the schema of 0001 at ``url`` and put every row of the SQLite file into it."""
    import_all_tables()
    source, target = Database(source_url), Database(url)
    with source.reading() as read, target.writing() as write:
        upgrade_to(write, "0001")
        there = set(sa.inspect(read).get_table_names())
        for table in METADATA.sorted_tables:
            if table.name in there:
                _copy_table(read, write, table)
    source.close()
    target.close()


def upgrade_to(connection: Connection, revision: str) -> None:
    """Bring a database to one revision of the history, not to its head."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _copy_table(read: Connection, write: Connection, table: sa.Table) -> None:
    known = {column["name"] for column in sa.inspect(read).get_columns(table.name)}
    columns = [column for column in table.c if column.name in known]
    old = sa.table(table.name, *(sa.column(column.name, column.type) for column in columns))
    rows = [dict(row._mapping) for row in read.execute(sa.select(old))]
    if rows:
        write.execute(old.insert(), rows)
    for column in columns:
        sequence = write.execute(
            sa.select(sa.func.pg_get_serial_sequence(f'"{table.name}"', column.name))
        ).scalar_one()  # fmt: skip
        if sequence and rows:
            write.execute(sa.select(sa.func.setval(sequence, max(row[column.name] for row in rows))))
