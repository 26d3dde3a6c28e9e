"""Column types: an instant is the same instant after the row, and JSON the same text, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import StatementError

from engine.foundation.clock import (
    CITY,
    FixedClock,
    ShiftedClock,
    SystemClock,
    city_date,
    from_utc_text,
    start_of_city_day,
    utc_text,
)
from engine.foundation.outbox.tables import outbox
from tests.engine.foundation.units import NOW, Store

instants = st.datetimes(
    min_value=datetime(1970, 1, 2), max_value=datetime(2199, 1, 1), timezones=st.timezones()  # noqa: DTZ001 - zoned below
)  # fmt: skip

# The instants that lie between two days somewhere, or show that microseconds are kept.
TELLING = [
    datetime(2026, 3, 2, 1, 5, 0, 123456, tzinfo=UTC),
    datetime(2026, 3, 2, 0, 0, tzinfo=CITY),
    datetime(2026, 3, 1, 23, 59, 59, 999999, tzinfo=CITY),
    datetime(2026, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-11))),
    datetime(1990, 6, 1, 12, 0, tzinfo=CITY),  # Shanghai kept summer time then
]


def row(store: Store, *, at: datetime | None = NOW, payload: object = None) -> int:
    with store.unit("case:1") as unit:
        values = {
            "root_id": "case:1", "topic": "t", "payload": payload or {}, "state": "open", "wake_at": at, "attempts": 0
        }  # fmt: skip
        inserted = unit.connection.execute(outbox.insert().values(**values).returning(outbox.c.id))
        return int(inserted.scalar_one())


def test_an_instant_comes_back_as_the_same_instant_in_utc(store: Store):
    for instant in TELLING:
        id = row(store, at=instant)
        with store.database.reading() as connection:
            found = connection.execute(sa.select(outbox.c.wake_at).where(outbox.c.id == id)).scalar_one()
        assert found == instant
        assert found.utcoffset() == timedelta()


def test_instants_are_compared_as_instants_by_the_database(store: Store):
    for instant in TELLING:
        row(store, at=instant)
    with store.database.reading() as connection:
        found = connection.scalars(sa.select(outbox.c.wake_at).order_by(outbox.c.wake_at)).all()
        early = connection.scalars(sa.select(outbox.c.wake_at).where(outbox.c.wake_at <= TELLING[1])).all()
    assert list(found) == sorted(TELLING)
    assert sorted(early) == sorted(one for one in TELLING if one <= TELLING[1])


def test_an_instant_without_a_zone_is_refused(store: Store):
    with pytest.raises(StatementError, match="zone"):
        row(store, at=datetime(2026, 3, 2, 9, 5))  # noqa: DTZ001 - the missing zone is the point


@pytest.mark.parametrize(
    "payload",
    [{"b": 1, "a": [True, None, '平安\u2028\u0000"\\']}, {"大": {"小": -1}}, {"n": 2**53 - 1}, {"s": "\x7f\x1f"}],
    ids=ascii,
)  # fmt: skip
def test_json_comes_back_as_itself_and_lies_there_as_the_same_text_on_both(payload: object, store: Store):
    id = row(store, payload=payload)
    with store.database.reading() as connection:
        assert connection.execute(sa.select(outbox.c.payload).where(outbox.c.id == id)).scalar_one() == payload
        lies = connection.execute(sa.text("SELECT payload FROM outbox WHERE id = :id"), {"id": id}).scalar_one()
    assert "\\u0000" in lies or "\u0000" not in str(payload)
    assert " " not in lies.replace("平安", "")


# Texts of instants ----------------------------------------------------------------------------------------------


@given(instants)
def test_the_text_of_an_instant_reads_back_as_the_instant(instant: datetime):
    assert from_utc_text(utc_text(instant)) == instant.astimezone(UTC)


@given(instants, instants)
def test_texts_sort_as_their_instants(one: datetime, other: datetime):
    assert (utc_text(one) < utc_text(other)) == (one < other)


@given(instants)
def test_the_legal_day_begins_and_ends_at_midnight_in_the_city(instant: datetime):
    day = city_date(instant)
    assert start_of_city_day(day) <= instant < start_of_city_day(day + timedelta(days=1))


# Clocks ---------------------------------------------------------------------------------------------------------


def test_a_fixed_clock_stands_until_it_is_moved():
    clock = FixedClock(datetime(2026, 3, 2, 9, tzinfo=CITY))
    assert clock.now() == clock.now() == datetime(2026, 3, 2, 1, tzinfo=UTC)
    clock.advance(timedelta(hours=1))
    assert clock.now() == datetime(2026, 3, 2, 2, tzinfo=UTC)
    clock.set(datetime(2026, 1, 1, tzinfo=UTC))
    assert clock.now() == datetime(2026, 1, 1, tzinfo=UTC)
    assert clock.now().utcoffset() == timedelta()


def test_a_shifted_clock_runs_beside_the_other():
    base = FixedClock(NOW)
    shifted = ShiftedClock(base)
    assert shifted.now() == NOW
    shifted.shift = timedelta(days=5)
    base.advance(timedelta(minutes=1))
    assert shifted.now() == NOW + timedelta(days=5, minutes=1)


def test_the_machines_clock_is_aware_and_goes_forward():
    first = SystemClock().now()
    assert first.utcoffset() == timedelta()
    assert SystemClock().now() >= first


@pytest.mark.parametrize("text", [
    "2026-03-02T09:00:00.000000+08:00", "2026-03-02T01:00:00.000000", "2026-03-02 01:00:00.000000Z",
    "2026-W10-1T01:00:00.000000Z", "2026-03-02T01:00:00,000000Z", "2026-03-02T01:00:00Z", "2026-03-02", "",
])  # fmt: skip
def test_an_instant_in_any_other_writing_is_refused(text: str):
    with pytest.raises(ValueError, match=r"not an instant|isoformat|carry its zone"):
        from_utc_text(text)
