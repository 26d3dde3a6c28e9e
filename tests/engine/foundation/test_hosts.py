"""Heartbeats and facts about the installation, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from engine.foundation.hosts.queries import (
    Beat,
    Fact,
    beat,
    beats,
    fact,
    forget_beats,
    forget_host,
    last_beats,
    note_fact,
    settle_fact,
)
from engine.foundation.store.database import Database, DatabaseAway

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
LATER = NOON + timedelta(seconds=5)


@pytest.fixture
def database(migrated_url: str) -> Iterator[Database]:
    one = Database(migrated_url)
    yield one
    one.close()


def test_the_newest_beat_of_any_host_counts(database: Database):
    with database.writing() as connection:
        beat(connection, "a:1", "worker", NOON)
        beat(connection, "b:1", "worker", LATER)
        beat(connection, "a:1", "worker", NOON + timedelta(seconds=1))
        assert last_beats(connection, LATER) == {"worker": LATER}
        assert beats(connection) == [Beat("a:1", "worker", NOON + timedelta(seconds=1)), Beat("b:1", "worker", LATER)]


def test_a_beat_from_the_future_says_nothing_and_hides_none_of_the_present(database: Database):
    with database.writing() as connection:
        beat(connection, "a:1", "worker", NOON + timedelta(hours=1))
        assert last_beats(connection, NOON) == {}, "whose clock was put back since, or is wrong"
        beat(connection, "b:1", "worker", NOON - timedelta(seconds=20))
        assert last_beats(connection, NOON) == {"worker": NOON - timedelta(seconds=20)}
        beat(connection, "c:1", "worker", NOON + timedelta(seconds=2))
        assert last_beats(connection, NOON) == {"worker": NOON + timedelta(seconds=2)}, "clocks are never quite equal"


def test_who_ended_and_who_fell_silent_are_forgotten(database: Database):
    with database.writing() as connection:
        beat(connection, "a:1", "worker", NOON)
        beat(connection, "b:1", "worker", LATER)
        beat(connection, "c:1", "worker", LATER)
        forget_host(connection, "b:1")
        forget_beats(connection, LATER)
        assert [one.host for one in beats(connection)] == ["c:1"]


def test_a_fact_is_noted_anew_or_settled_for_good(database: Database):
    with database.writing() as connection:
        assert fact(connection, "mode") is None
        settle_fact(connection, "mode", "production", NOON)
        settle_fact(connection, "mode", "demo", LATER)
        note_fact(connection, "last_backup", "a", NOON)
        note_fact(connection, "last_backup", "b", LATER)
        assert fact(connection, "mode") == Fact("production", NOON)
        assert fact(connection, "last_backup") == Fact("b", LATER)


def test_a_database_that_is_away_is_named_without_its_password():
    database = Database("postgresql://someone:topsecret@127.0.0.1:1/nowhere", readers=1)
    with pytest.raises(DatabaseAway) as caught:
        database.refuse_if_away()
    database.close()
    assert "127.0.0.1:1/nowhere" in caught.value.sentence
    assert "topsecret" not in caught.value.sentence
