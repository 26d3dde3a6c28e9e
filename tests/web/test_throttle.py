"""Counting tries: by name and kind, with time, for all web processes together, and no longer than needed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from engine.door import Door
from engine.foundation.clock import FixedClock, SystemClock
from engine.foundation.store.database import Database
from engine.foundation.tries.tables import tried
from tests.support.house import House
from tests.support.site import Site
from tests.support.threads import in_threads, results
from web.throttle import Throttle, TooManyTries
from yichuang.worker import drop_old_tries

NOW = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)
TEN = timedelta(minutes=10)


@pytest.fixture
def door(migrated_url: str) -> Iterator[Door]:
    """A door of an empty house on each database."""
    database = Database(migrated_url)
    yield Door(database, FixedClock(NOW), handlers={}, parts={})
    database.close()


def rows(door: Door) -> list[tuple[str, int]]:
    with door.database.reading() as connection:
        return [(row[0], row[1]) for row in connection.execute(sa.select(tried.c.name, tried.c.tries))]


def test_tries_are_counted_by_name_and_forgotten_with_time(door: Door):
    throttle = Throttle(door, "code", 2, TEN)
    throttle.note("a", NOW)
    throttle.note("a", NOW + timedelta(minutes=4))
    with pytest.raises(TooManyTries, match="请等 5 分钟后再试"):
        throttle.refuse_if_full("a", NOW + timedelta(minutes=5))
    throttle.refuse_if_full("b", NOW)
    throttle.refuse_if_full("a", NOW + timedelta(minutes=10))
    throttle.note("a", NOW + timedelta(minutes=10))
    with pytest.raises(TooManyTries):
        throttle.refuse_if_full("a", NOW + timedelta(minutes=11))
    throttle.forget("a")
    throttle.refuse_if_full("a", NOW + timedelta(minutes=11))


def test_two_processes_count_together(migrated_url: str):
    doors = [Door(Database(migrated_url), FixedClock(NOW), handlers={}, parts={}) for _ in range(2)]
    here, there = (Throttle(one, "code", 3, TEN) for one in doors)
    here.note("a", NOW)
    there.note("a", NOW + timedelta(seconds=20))
    here.note("a", NOW + timedelta(seconds=40))
    with pytest.raises(TooManyTries):
        there.refuse_if_full("a", NOW + timedelta(minutes=1))
    for one in doors:
        one.database.close()


def test_what_is_tried_keeps_its_own_count(door: Door):
    Throttle(door, "password", 1, TEN).note("a", NOW)
    Throttle(door, "code", 1, TEN).refuse_if_full("a", NOW)


def test_tries_of_one_minute_are_one_row_and_none_is_lost_between_threads(door: Door):
    throttle = Throttle(door, "code", 100, TEN)
    results(in_threads(8, lambda _: throttle.note("a", NOW)))
    assert [count for _, count in rows(door)] == [8]


def test_nobody_reads_who_tried(door: Door):
    Throttle(door, "code", 1, TEN).note("410502199003070010@10.0.0.7", NOW)
    assert "4105" not in repr(rows(door))
    assert "10.0.0.7" not in repr(rows(door))


def test_a_window_longer_than_tries_are_kept_is_a_mistake(door: Door):
    with pytest.raises(ValueError, match="kept"):
        Throttle(door, "code", 1, timedelta(hours=2))


def test_old_counts_are_deleted_and_new_ones_stay(house: House):
    now = SystemClock().now()
    throttle = Throttle(house.door, "code", 1, TEN)
    throttle.note("old", now - timedelta(hours=3))
    throttle.note("new", now)
    assert drop_old_tries(house.door) == 1
    with pytest.raises(TooManyTries):
        throttle.refuse_if_full("new", now)


def test_a_second_web_process_knows_of_the_wrong_passwords_typed_at_the_first(sqlite_house: House):
    first, second = Site(sqlite_house), Site(sqlite_house.neighbour())
    for _ in range(5):
        first.visitor().sign_in("W01", "not the password")
    refused = second.visitor().sign_in("W01")
    assert refused.status == 429
    assert "操作过于频繁" in refused.main
