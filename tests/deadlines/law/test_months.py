"""Limits in months (民法典 202)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deadlines.law.errors import BadMonths
from deadlines.law.months import add_months


@pytest.mark.parametrize(
    "day, months, due",
    [
        (date(2026, 3, 2), 2, date(2026, 5, 2)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 11, 30), 12, date(2027, 11, 30)),
    ],
)
def test_T030_the_same_day_of_the_month_or_its_last_day(day: date, months: int, due: date) -> None:
    assert add_months(day, months) == due


@given(day=st.dates(date(2020, 1, 1), date(2030, 12, 31)), months=st.integers(1, 120))
def test_the_day_is_kept_unless_the_month_is_too_short(day: date, months: int) -> None:
    found = add_months(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)


@pytest.mark.parametrize("months", [0, -1, 121])
def test_a_senseless_number_of_months_is_refused(months: int) -> None:
    with pytest.raises(BadMonths):
        add_months(date(2026, 3, 2), months)
