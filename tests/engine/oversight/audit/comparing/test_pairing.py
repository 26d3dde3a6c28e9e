"""Two sequences beside each other: everything once, the same together wherever both have it, in order."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from engine.oversight.audit.comparing.pairing import Pair, pair

sequences = st.lists(st.sampled_from("abcde"), max_size=9)


def beside(left: str, right: str) -> list[tuple[str, str, bool]]:
    rows = pair(list(left), list(right), key=str)
    return [(row.left or "-", row.right or "-", row.moved) for row in rows]


def longest_common(left: list[str], right: list[str]) -> int:
    """By trying, not by the rule: the longest part of ``left`` that is one of ``right``."""

    def is_part(part: list[str]) -> bool:
        rest = iter(right)
        return all(one in rest for one in part)

    sizes = [
        mask.bit_count()
        for mask in range(2 ** len(left))
        if is_part([one for place, one in enumerate(left) if mask >> place & 1])
    ]
    return max(sizes)


@given(sequences, sequences)
def test_everything_stands_there_once_and_the_left_ones_in_order(left: list[str], right: list[str]):
    rows = pair(list(enumerate(left)), list(enumerate(right)), key=lambda one: one[1])
    assert [row.left[0] for row in rows if row.left] == list(range(len(left)))
    assert sorted(row.right[0] for row in rows if row.right) == list(range(len(right)))
    kept = [row.right[0] for row in rows if row.right and not row.moved]
    assert kept == sorted(kept)
    assert all(row.left[1] == row.right[1] for row in rows if row.left and row.right)
    assert all(row.left and row.right for row in rows if row.moved)


@given(sequences, sequences)
def test_whatever_both_have_stands_together(left: list[str], right: list[str]):
    rows = pair(left, right, key=str)
    common = Counter(left) & Counter(right)
    assert Counter(row.left for row in rows if row.left and row.right) == common
    in_order = sum(1 for row in rows if row.left and row.right and not row.moved)
    assert in_order == longest_common(left, right)


@given(sequences)
def test_the_same_stand_beside_each_other_line_by_line(both: list[str]):
    assert pair(both, both, key=str) == [Pair(one, one) for one in both]


def test_examples():
    assert beside("abc", "abc") == [("a", "a", False), ("b", "b", False), ("c", "c", False)]
    assert beside("abc", "ac") == [("a", "a", False), ("b", "-", False), ("c", "c", False)]
    assert beside("ac", "abbc") == [("a", "a", False), ("-", "b", False), ("-", "b", False), ("c", "c", False)]
    assert beside("", "ab") == [("-", "a", False), ("-", "b", False)]
    # What came first in one and last in the other: one of them is said to have moved.
    assert beside("ab", "ba") == [("a", "a", True), ("b", "b", False)]
