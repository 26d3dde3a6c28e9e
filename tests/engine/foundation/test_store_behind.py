"""Writes that go out together: nothing is read before them, nothing of a failed unit is left for the next one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engine.foundation.store.behind import put
from engine.foundation.store.database import Database
from engine.foundation.store.tables import epoch

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
