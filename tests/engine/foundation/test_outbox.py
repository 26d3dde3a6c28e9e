"""The outbox: work is there exactly when its unit committed, comes again when it failed, and is given up in the end."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine.foundation.outbox.queries import MAX_ATTEMPTS, Message, due, mark_done, put, put_back
from engine.foundation.outbox.tables import outbox
from tests.engine.foundation.units import NOW, Store

ROOT = "case:1"


def add(store: Store, *topics: str) -> None:
    with store.unit(ROOT) as unit:
        for topic in topics:
            put(unit, topic, ROOT, {"topic": topic})


def waiting(store: Store, *, after: timedelta = timedelta(), limit: int = 50) -> list[Message]:
    with store.database.reading() as connection:
        return due(connection, NOW + after, limit)


def fail(store: Store, message: Message, error: str = "打不开") -> bool:
    with store.unit() as unit:
        return put_back(unit, message, error)


def test_work_is_there_once_its_unit_has_committed(store: Store):
    add(store, "document.render")
    [message] = waiting(store)
    assert (message.topic, message.root_id, message.payload, message.attempts) == (
        "document.render", ROOT, {"topic": "document.render"}, 0
    )  # fmt: skip


def test_work_of_a_unit_that_failed_was_never_there(store: Store):
    def fails() -> None:
        with store.unit(ROOT) as unit:
            put(unit, "document.render", ROOT, {})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert waiting(store) == []


def test_work_comes_in_the_order_it_was_put_and_in_pages(store: Store):
    add(store, "a", "b", "c")
    assert [one.topic for one in waiting(store)] == ["a", "b", "c"]
    assert [one.topic for one in waiting(store, limit=2)] == ["a", "b"]


def test_done_work_is_not_there_again_and_the_second_to_finish_is_told(store: Store):
    add(store, "a", "b")
    first = waiting(store)[0]
    for expected in (True, False):
        with store.unit() as unit:
            assert mark_done(unit, first.id) is expected
    assert [one.topic for one in waiting(store)] == ["b"]


def test_failed_work_waits_longer_each_time_and_then_is_an_incident(store: Store):
    add(store, "a")
    waits, passed = [], timedelta()
    for attempt in range(1, MAX_ATTEMPTS + 1):
        [message] = waiting(store, after=passed)
        assert message.attempts == attempt - 1
        store.now = NOW + passed
        gave_up = fail(store, message, f"第 {attempt} 次")
        assert gave_up == (attempt == MAX_ATTEMPTS)
        if not gave_up:
            wait = next(s for s in range(1, 700) if waiting(store, after=passed + timedelta(seconds=s)))
            waits.append(wait)
            passed += timedelta(seconds=wait)
    assert waits == [2, 4, 8, 16, 32, 64, 128]
    assert waiting(store, after=timedelta(days=365)) == []
    with store.database.reading() as connection:
        kept = connection.execute(sa.select(outbox)).one()
    assert (kept.state, kept.attempts, kept.last_error) == ("failed", MAX_ATTEMPTS, "第 8 次")


def test_work_that_another_worker_did_meanwhile_is_not_opened_again(store: Store):
    add(store, "a")
    [message] = waiting(store)
    with store.unit() as unit:
        mark_done(unit, message.id)
    fail(store, message)
    assert waiting(store, after=timedelta(days=1)) == []


def test_an_endless_error_is_cut(store: Store):
    add(store, "a")
    fail(store, waiting(store)[0], "x" * 1_000_000)
    with store.database.reading() as connection:
        assert len(connection.execute(sa.select(outbox.c.last_error)).scalar_one()) == 2000
