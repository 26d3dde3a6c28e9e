"""The literals of plain timers: which instants they stand for, by the calendar and in the city's zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from engine.process.bpmn.timing import TimingRefused, read_timing
from tests.engine.process.bpmn.broken_files import WRONG_TIMES
from tests.engine.process.bpmn.oracle import due

CITY = timezone(timedelta(hours=8))


def city(*when: int) -> datetime:
    return datetime(*when, tzinfo=CITY).astimezone(UTC)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    "text, entered, expected",
    [
        ("PT4H", city(2026, 1, 30, 10), city(2026, 1, 30, 14)),
        ("P3DT1H30M5S", city(2026, 2, 27, 10), city(2026, 3, 2, 11, 30, 5)),
        ("P2W", city(2026, 2, 20, 10), city(2026, 3, 6, 10)),
        ("P1M", city(2026, 1, 30, 10), city(2026, 2, 28, 10)),  # Not 31 days, which would be 2 March.
        ("P1M", city(2028, 1, 31, 10), city(2028, 2, 29, 10)),
        ("P1Y", city(2028, 2, 29, 10), city(2029, 2, 28, 10)),
        ("P14M", city(2026, 12, 31, 10), city(2028, 2, 29, 10)),
        ("P1M", city(2026, 2, 1, 4), city(2026, 3, 1, 4)),  # Still January in UTC: the city's month counts.
        ("P1M1DT1H", city(2026, 1, 31, 23, 30), city(2026, 3, 2, 0, 30)),
    ],
)
def test_a_duration_is_counted_by_the_calendar_of_the_city(text: str, entered: datetime, expected: datetime) -> None:
    timing = read_timing("timeDuration", text)
    assert timing.due(entered) == expected and timing.due(entered).tzinfo is UTC and timing.times == 1


@pytest.mark.parametrize(
    "text, expected",
    [
        ("2026-12-01T09:00:00+08:00", city(2026, 12, 1, 9)),
        ("2026-12-01T01:00:00Z", city(2026, 12, 1, 9)),
        ("2026-12-01T09:00", city(2026, 12, 1, 9)),
        ("2026-12-01T09:00:30", city(2026, 12, 1, 9, 0, 30)),
        ("2026-12-01", city(2026, 12, 1)),
        ("2026-12-01T00:00:00-05:00", city(2026, 12, 1, 13)),
    ],
)
def test_a_date_without_an_offset_is_the_citys_wherever_the_server_stands(text: str, expected: datetime) -> None:
    assert read_timing("timeDate", text).due(city(2027, 1, 1)) == expected


def test_the_ticks_of_a_cycle_are_counted_from_the_entry_so_that_month_ends_do_not_creep() -> None:
    timing = read_timing("timeCycle", "R/P1M")
    ticks = [timing.due(city(2026, 1, 31, 9), tick) for tick in (1, 2, 3, 4)]
    assert ticks == [city(2026, month, day, 9) for month, day in ((2, 28), (3, 31), (4, 30), (5, 31))]
    assert timing.times is None and read_timing("timeCycle", "R3/PT1M").times == 3


@pytest.mark.parametrize("kind, text", WRONG_TIMES)
def test_what_is_no_time_is_refused_with_a_reason(kind: str, text: str) -> None:
    with pytest.raises(TimingRefused) as refused:
        read_timing(kind, text)
    assert len(str(refused.value)) > 5


def test_the_token_games_own_calendar_agrees_over_a_thousand_spans() -> None:
    entered = city(2026, 1, 28, 23, 59)
    for number in range(1_000):
        text = f"P{number % 3}Y{number % 25}M{number % 40 + 1}DT{number % 30}H1S"
        start = entered + timedelta(days=number % 9, hours=number)
        assert read_timing("timeDuration", text).due(start) == due("timeDuration", text, start, 1), (text, start)
        cycle = f"R/{text}"
        assert read_timing("timeCycle", cycle).due(start, 3) == due("timeCycle", cycle, start, 3), (cycle, start)
