"""The histogram of durations, and how wrong what is told from it may be."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.oversight.audit.mining.figures import quantile
from engine.oversight.audit.rollups.buckets import BOUNDS, ERROR, FIRST, MICRO, bucket_of, middle_of, told

micros = st.one_of(
    st.integers(0, BOUNDS[-1]), st.integers(0, 10 * FIRST), st.sampled_from(BOUNDS),
    st.sampled_from(BOUNDS).map(lambda one: one + 1),
).filter(lambda one: one <= BOUNDS[-1])  # fmt: skip


@given(st.lists(micros, min_size=1, max_size=60), st.sampled_from([0.01, 0.25, 0.5, 0.9, 1.0]))
def test_a_told_quantile_is_the_true_one_within_the_error_that_is_stated(some: list[int], share: float):
    true = quantile([one * MICRO for one in some], share)
    found = told(Counter(bucket_of(one) for one in some), share)
    if true <= FIRST * MICRO:
        assert abs(found - true) <= timedelta(seconds=30)
    else:
        assert abs(found - true) <= true * ERROR + timedelta(microseconds=2)


@pytest.mark.parametrize(
    "micros, bucket",
    [(-5, 0), (0, 0), (FIRST, 0), (FIRST + 1, 1), (BOUNDS[1], 1), (BOUNDS[-1], len(BOUNDS) - 1),
     (BOUNDS[-1] + 1, len(BOUNDS))],
)  # fmt: skip
def test_a_bound_belongs_to_the_bucket_that_it_ends(micros: int, bucket: int):
    assert bucket_of(micros) == bucket


def test_the_buckets_reach_from_a_minute_to_eight_years_and_the_error_is_one_in_eleven():
    assert BOUNDS[0] * MICRO == timedelta(minutes=1)
    assert timedelta(days=365 * 7) < BOUNDS[-1] * MICRO < timedelta(days=366 * 9)
    assert list(BOUNDS) == sorted(set(BOUNDS)) and 0.09 < ERROR < 0.091
    assert all(bucket_of(middle_of(one) // MICRO) == one for one in range(len(BOUNDS)))


def test_nothing_has_no_duration():
    assert told({}, 0.5) == timedelta()
