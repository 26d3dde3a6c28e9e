"""Writes that go out together: nothing is read before them, nothing of a failed unit is left for the next one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, StatementError

from engine.foundation.store.behind import Statement, put
from engine.foundation.store.database import Database
from engine.foundation.store.tables import epoch
from engine.foundation.store.types import Instant, Json

INSERT = epoch.insert()
RAISE = epoch.update().where(epoch.c.name == sa.bindparam("of_name")).values(value=sa.bindparam("new"))


@pytest.fixture
def database(migrated_url: str) -> Iterator[Database]:
    made = Database(migrated_url, readers=1)
    yield made
    made.close()


def kept(database: Database) -> dict[str, int]:
    with database.reading() as connection:
        return {row.name: row.value for row in connection.execute(sa.select(epoch)) if row.name.startswith("test")}


def test_what_was_put_is_read_in_the_same_unit_in_its_order(database: Database):
    with database.writing() as connection:
        put(connection, INSERT, [{"name": "test-a", "value": 1}, {"name": "test-b", "value": 1}])
        put(connection, RAISE, {"of_name": "test-a", "new": 7})
        found = connection.execute(sa.select(epoch.c.value).where(epoch.c.name == "test-a")).scalar_one()
        assert found == 7
        put(connection, RAISE, {"of_name": "test-b", "new": 8})
    assert kept(database) == {"test-a": 7, "test-b": 8}


def test_a_write_that_fails_is_told_by_the_databases_own_name_and_takes_all_with_it(database: Database):
    with database.writing() as connection:
        put(connection, INSERT, {"name": "test-a", "value": 1})

    def twice() -> None:
        with database.writing() as connection:
            put(connection, RAISE, {"of_name": "test-a", "new": 2})
            put(connection, INSERT, {"name": "test-a", "value": 3})

    with pytest.raises(IntegrityError):
        twice()
    assert kept(database) == {"test-a": 1}


def test_what_a_failed_unit_put_is_never_sent_by_another(database: Database):
    def failing() -> None:
        with database.writing() as connection:
            put(connection, INSERT, {"name": "test-a", "value": 1})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert kept(database) == {}
    with database.writing() as connection:
        put(connection, INSERT, {"name": "test-b", "value": 1})
    assert kept(database) == {"test-b": 1}


# The same as SQLAlchemy would write --------------------------------------------------------------------------------

SHAPES = sa.MetaData()
shape = sa.Table(
    "test_shape",
    SHAPES,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Instant),
    sa.Column("told", Json),
    sa.Column("on_day", sa.Date),
    sa.Column("holds", sa.Boolean),
    sa.Column("bytes", sa.LargeBinary),
    sa.Column("count", sa.BigInteger),
)
FULL: dict[str, Any] = {
    "at": datetime(2026, 3, 2, 1, 5, tzinfo=timezone(timedelta(hours=8))), "told": {"b": ["同意", 1], "a": None},
    "on_day": date(2026, 3, 2), "holds": True, "bytes": b"\x00\xff", "count": 2**40,
}  # fmt: skip
EMPTY: dict[str, Any] = dict.fromkeys(FULL)
MOVE = (
    shape.update()
    .where(shape.c.id == sa.bindparam("of_id"), shape.c.holds.is_(True))
    .values(count=shape.c.count + 1, told=sa.bindparam("new_told"), at=datetime(2026, 3, 3, tzinfo=UTC))
)
DROP = shape.delete().where(shape.c.id == sa.bindparam("of_id"))
WRITTEN: tuple[tuple[Statement, Any], ...] = (
    (shape.insert(), {"id": 1, **FULL}),
    (shape.insert(), [{"id": 2, **EMPTY}, {"id": 3, **FULL}, {"id": 4, **FULL}]),
    (shape.insert(), [{"holds": False, "id": 5}]),
    (MOVE, [{"of_id": 1, "new_told": ["x"]}, {"of_id": 2, "new_told": ["x"]}]),
    (MOVE, {"of_id": 3, "new_told": None}),
    (DROP, {"of_id": 4}),
)


@pytest.fixture
def shapes(database: Database) -> Database:
    with database.writing() as connection:
        SHAPES.create_all(connection)
    return database


def raw(database: Database) -> list[tuple[Any, ...]]:
    with database.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM test_shape ORDER BY id")]


def test_what_was_put_lies_there_as_sqlalchemy_writes_it(shapes: Database):
    with shapes.writing() as connection:
        for statement, rows in WRITTEN:
            put(connection, statement, rows)
    found = raw(shapes)
    with shapes.writing() as connection:
        connection.execute(shape.delete())
        for statement, rows in WRITTEN:
            connection.execute(statement, rows)
    assert found == raw(shapes)
    assert [row[0] for row in found] == [1, 2, 3, 5]


def test_a_row_that_lacks_a_value_is_refused(shapes: Database):
    def write() -> None:
        with shapes.writing() as connection:
            put(connection, shape.insert(), {"id": 1, **FULL})
            put(connection, MOVE, {"of_id": 1})

    with pytest.raises(StatementError):
        write()
    assert raw(shapes) == []


def test_a_naive_time_is_put_no_more_than_it_is_written(shapes: Database):
    def write() -> None:
        with shapes.writing() as connection:
            put(connection, shape.insert(), {"id": 1, "at": datetime(2026, 3, 2)})  # noqa: DTZ001 - the point

    with pytest.raises(StatementError, match="zone"):
        write()
