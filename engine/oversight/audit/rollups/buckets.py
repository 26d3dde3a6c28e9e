"""Durations in fixed buckets that grow by the same factor, and what can be told from how many fell into each.

Bucket 0 is everything up to a minute, bucket k what is longer than the bound k - 1 and not longer than the bound k; the
last has no upper bound.  A quantile told from the buckets lies in the same bucket as the true one and is told as the
geometric mean of its bounds: it is wrong by at most :data:`ERROR` of the true value (half a minute in bucket 0).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from datetime import timedelta
from itertools import accumulate
from math import ceil, sqrt
from typing import Final

MICRO: Final = timedelta(microseconds=1)
PER_DOUBLING: Final = 4
FIRST: Final = 60_000_000
"""A minute in microseconds: what is shorter need not be told apart."""
DOUBLINGS: Final = 22
"""From a minute to eight years."""

BOUNDS: Final = tuple(round(FIRST * 2 ** (step / PER_DOUBLING)) for step in range(DOUBLINGS * PER_DOUBLING + 1))
"""The upper bounds of the buckets in microseconds; what is longer than the last falls behind it."""

ERROR: Final = 2 ** (1 / (2 * PER_DOUBLING)) - 1
"""How wrong a told quantile may be, as a share of the true one: 9.1 per cent."""

UNTIMED: Final = -1
"""The bucket of what is only counted: elements that nobody waits at."""


def bucket_of(micros: int) -> int:
    """Return the bucket of a duration in microseconds; one below zero (a clock was set back) counts as none."""
    return bisect_left(BOUNDS, micros)


def middle_of(bucket: int) -> timedelta:
    """Return the duration that stands for everything in a bucket; for the last, its lower bound."""
    if bucket <= 0:
        return FIRST // 2 * MICRO
    if bucket >= len(BOUNDS):
        return BOUNDS[-1] * MICRO
    return round(sqrt(BOUNDS[bucket - 1] * BOUNDS[bucket])) * MICRO


def told(counts: Mapping[int, int], share: float) -> timedelta:
    """Return about the shortest duration that ``share`` of those counted by bucket do not exceed; zero for none."""
    buckets = sorted(counts)
    total = sum(counts.values())
    wanted = max(ceil(share * total), 1)
    for bucket, reached in zip(buckets, accumulate(counts[one] for one in buckets), strict=True):
        if reached >= wanted:
            return middle_of(bucket)
    return timedelta()
