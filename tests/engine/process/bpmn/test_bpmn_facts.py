"""Facts: what may enter, and how branches come together."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.process.bpmn import FactsRefused
from engine.process.bpmn.facts import checked, copied, merged

_facts = st.dictionaries(
    st.sampled_from("abcdef"), st.integers(0, 3) | st.booleans() | st.lists(st.integers(0, 2), max_size=2)
)


def test_plain_facts_enter_as_a_copy() -> None:
    given_ = {"a": [1, {"b": [None]}], "名": True}
    taken = checked(given_)
    assert taken == given_ and taken["a"] is not given_["a"] and taken["a"][1]["b"] is not given_["a"][1]["b"]  # type: ignore[index] # the list is known here
    assert checked(None) == {} and checked({"t": (1, 2)}) == {"t": [1, 2]}


@pytest.mark.parametrize(
    "facts",
    [
        "text", [1], 3, {1: 2}, {"": 1}, {"a-b": 1}, {"_a": 1}, {"a": object()}, {"a": b"x"}, {"a": {1: 2}}, {"a": {1}},
        {"a": float("nan")}, {"a": [float("nan")]}, {"a": 2**70}, {"a": "\ud800"}, {"a": "x" * 5000},
        {"a": [[[[[[[[[1]]]]]]]]]},
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_its_name(facts: Any) -> None:
    with pytest.raises(FactsRefused) as refused:
        checked(facts)
    assert refused.value.code == "FACTS_REFUSED" and "没有做任何改动" in refused.value.sentence


@pytest.mark.parametrize("facts", [{"a": {"b": 1}}, {"a": [[1]]}, {"a": [{"b": 1}]}])
def test_a_service_may_not_answer_with_nested_values(facts: dict[str, Any]) -> None:
    checked(facts)
    with pytest.raises(FactsRefused):
        checked(facts, flat=True)
    assert checked({"a": 1, "b": ["x", None]}, flat=True) == {"a": 1, "b": ["x", None]}


def test_a_branch_counts_only_for_what_it_changed() -> None:
    base = {"kept": 0, "left": 0, "right": 0, "gone": 0, "both": 0}
    left = {"kept": 0, "left": 1, "right": 0, "gone": 0, "both": 1, "new": 1}
    right = {"kept": 0, "left": 0, "right": 2, "both": 2}
    assert merged(base, [left, right]) == {"kept": 0, "left": 1, "right": 2, "both": 2, "new": 1}
    assert merged(base, [right, left]) == {"kept": 0, "left": 1, "right": 2, "both": 1, "new": 1}


def test_true_is_a_change_from_one() -> None:
    assert merged({"a": 1}, [{"a": 1}, {"a": True}])["a"] is True


@given(_facts)
def test_without_branches_nothing_changes(base: dict[str, Any]) -> None:
    assert merged(base, []) == base


@given(_facts, _facts)
def test_one_branch_stands_as_it_is(base: dict[str, Any], branch: dict[str, Any]) -> None:
    assert merged(base, [branch]) == branch


@given(_facts, _facts)
def test_a_branch_that_changed_nothing_changes_nothing(base: dict[str, Any], branch: dict[str, Any]) -> None:
    assert merged(base, [branch, dict(base)]) == merged(base, [dict(base), branch]) == branch


@given(_facts, _facts, _facts)
def test_branches_that_touch_different_facts_may_end_in_any_order(
    base: dict[str, Any], one: dict[str, Any], two: dict[str, Any]
) -> None:
    left = {**base, **{f"l_{name}": value for name, value in one.items()}}
    right = {**base, **{f"r_{name}": value for name, value in two.items()}}
    assert merged(base, [left, right]) == merged(base, [right, left]) == {**left, **right}


@given(_facts, _facts)
def test_what_comes_together_is_a_new_table_and_changes_nothing_it_came_from(
    base: dict[str, Any], branch: dict[str, Any]
) -> None:
    before = copied(base), copied(branch)
    result = merged(base, [branch])
    result["more"] = 1
    assert (base, branch) == before


def test_a_copy_shares_nothing_that_can_change() -> None:
    inner: list[Any] = [1]
    value = {"a": inner, "b": {"c": inner}}
    copy = copied(value)
    inner.append(2)
    assert copy == {"a": [1], "b": {"c": [1]}}
