"""Engines and their settings: what would lose acknowledged work is refused, and a reader cannot write."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from engine.foundation.store.database import Database, UnsafeDatabase
from engine.foundation.store.tables import epoch
from tests.engine.foundation.units import Store
from tests.support.processes import in_processes
from tests.support.threads import in_threads

PRAGMAS = ("journal_mode", "synchronous", "foreign_keys")


# Durability -----------------------------------------------------------------------------------------------------


def test_what_we_open_is_safe(store: Store):
    store.database.refuse_unsafe_settings()


def test_every_sqlite_connection_keeps_what_it_acknowledges(sqlite_store: Store):
    database = sqlite_store.database
    for give in (database.writing, database.reading, database.writing):
        with give() as connection:
            found = [connection.exec_driver_sql(f"PRAGMA {one}").scalar_one() for one in PRAGMAS]
        assert found == ["wal", 2, 1]


def test_a_sqlite_file_that_cannot_keep_a_write_ahead_log_is_refused():
    database = Database("sqlite://")
    with pytest.raises(UnsafeDatabase) as refused:
        database.refuse_unsafe_settings()
    assert "journal_mode=memory（应为 wal）" in refused.value.sentence
    database.close()


@pytest.mark.parametrize("pragma", ["synchronous=NORMAL", "synchronous=OFF", "foreign_keys=OFF"])
def test_a_sqlite_connection_with_weaker_settings_is_refused(pragma: str, sqlite_store: Store):
    database = sqlite_store.database
    sa.event.listen(database._reader, "connect", lambda connection, _: connection.execute(f"PRAGMA {pragma}"))
    with pytest.raises(UnsafeDatabase) as refused:
        database.refuse_unsafe_settings()
    assert pragma.split("=", maxsplit=1)[0] in refused.value.sentence


@pytest.mark.parametrize("value, safe", [("off", False), ("local", False), ("remote_write", True), ("on", True)])
def test_a_postgresql_that_acknowledges_before_it_has_written_is_refused(
    value: str, safe: bool, migrated_postgresql_url: str
):
    _set_for_database(migrated_postgresql_url, "synchronous_commit", value)
    database = Database(migrated_postgresql_url)
    if safe:
        database.refuse_unsafe_settings()
    else:
        with pytest.raises(UnsafeDatabase) as refused:
            database.refuse_unsafe_settings()
        assert f"synchronous_commit={value}（应为 on 或 remote_write 或 remote_apply）" in refused.value.sentence
    database.close()


def _set_for_database(url: str, setting: str, value: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f'ALTER DATABASE "{name}" SET {setting} = {value}'.encode())


# Transactions ---------------------------------------------------------------------------------------------------


def test_a_reader_cannot_write(store: Store):
    with store.database.reading() as connection, pytest.raises(DBAPIError):
        connection.execute(epoch.insert().values(name="x", value=1))
    with store.database.reading() as connection:
        assert connection.execute(sa.select(epoch)).all() == []


def test_a_reader_sees_one_state_whatever_is_written_meanwhile(store: Store):
    with store.database.writing() as connection:
        connection.execute(epoch.insert().values(name="x", value=1))
    with store.database.reading() as reading:
        assert reading.execute(sa.select(epoch.c.value)).scalar_one() == 1
        with store.database.writing() as connection:
            connection.execute(epoch.update().values(value=2))
        assert reading.execute(sa.select(epoch.c.value)).scalar_one() == 1
    with store.database.reading() as reading:
        assert reading.execute(sa.select(epoch.c.value)).scalar_one() == 2


def test_a_connection_that_read_may_write_afterwards(migrated_postgresql_url: str):
    # A pool gives the same connection to readers and writers; what a reading set must not stay on it.
    database = Database(migrated_postgresql_url, readers=0)
    for number in range(12):
        with database.reading() as connection:
            assert connection.exec_driver_sql("SHOW transaction_read_only").scalar_one() == "on"
            assert connection.exec_driver_sql("SHOW transaction_isolation").scalar_one() == "repeatable read"
        with database.writing() as connection:
            assert connection.exec_driver_sql("SHOW transaction_isolation").scalar_one() == "read committed"
            connection.execute(epoch.insert().values(name=f"x{number}", value=1))
    database.close()


@pytest.mark.parametrize("failure", [ZeroDivisionError, KeyboardInterrupt, SystemExit])
def test_whatever_is_raised_nothing_is_written(failure: type[BaseException], store: Store):
    def fails() -> None:
        with store.database.writing() as connection:
            connection.execute(epoch.insert().values(name="x", value=1))
            raise failure

    with pytest.raises(failure):
        fails()
    with store.database.reading() as connection:
        assert connection.execute(sa.select(epoch)).all() == []


def test_a_writer_takes_the_write_lock_before_it_reads(sqlite_store: Store):
    path = sqlite_store.database.url.database
    with (
        sqlite_store.database.writing() as connection,
        closing(sqlite3.connect(str(path), timeout=0, isolation_level=None)) as other,
    ):
        # Nothing was read or written yet, and still nobody else may begin to write.
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        assert connection.execute(sa.select(epoch)).all() == []


def test_writers_who_read_first_wait_for_each_other_and_lose_no_update(store: Store):
    with store.database.writing() as connection:
        connection.execute(epoch.insert().values(name="x", value=0))

    def count_up(_: int) -> None:
        for _ in range(5):
            with store.database.writing() as connection:
                query = sa.select(epoch.c.value).where(epoch.c.name == "x").with_for_update()
                value = connection.execute(query).scalar_one()
                connection.execute(epoch.update().values(value=value + 1))

    assert in_threads(8, count_up) == [None] * 8
    with store.database.reading() as connection:
        assert connection.execute(sa.select(epoch.c.value)).scalar_one() == 40


def count_up_twenty_times(url: str) -> None:
    """Read a number and write one more, twenty times."""
    database = Database(url)
    for _ in range(20):
        with database.writing() as connection:
            value = connection.execute(sa.select(epoch.c.value).with_for_update()).scalar_one()
            connection.execute(epoch.update().values(value=value + 1))
    database.close()


def test_a_command_line_beside_the_server_waits_its_turn(store: Store):
    with store.database.writing() as connection:
        connection.execute(epoch.insert().values(name="x", value=0))
    url = store.database.url.render_as_string(hide_password=False)
    assert [one.code for one in in_processes(3, count_up_twenty_times, url)] == [0, 0, 0]
    with store.database.reading() as connection:
        assert connection.execute(sa.select(epoch.c.value)).scalar_one() == 60


def test_readers_are_not_kept_waiting_by_a_writer(store: Store):
    with store.database.writing() as writing:
        writing.execute(epoch.insert().values(name="x", value=1))
        with store.database.reading() as reading:
            assert reading.execute(sa.select(epoch)).all() == []


def test_many_readers_at_once_are_served(store: Store):
    all_inside = threading.Barrier(40)

    def look(_: int) -> int:
        with store.database.reading() as connection:
            all_inside.wait()
            return int(connection.execute(sa.select(sa.func.count()).select_from(epoch)).scalar_one())

    assert in_threads(40, look) == [0] * 40
