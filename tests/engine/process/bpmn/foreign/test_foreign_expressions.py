"""Conditions of JUEL and FEEL: translated where they mean the same, refused with a reason where nobody can know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.process.bpmn.expressions import compile_expression, evaluate
from engine.process.bpmn.foreign.expressions import NotTranslated, constant, is_foreign, translated

SAME = [
    ("${formal_result == 'accept' && !late}", "formal_result == 'accept' and not late"),
    ("#{a and (b or not c)}", "a and (b or not c)"),
    ('= x = "a" and not(y)', "x == 'a' and not (y)"),
    ("${amount >= 1000 || (k ne 'x')}", "amount >= 1000 or (k != 'x')"),
    ("=amount >= 10.5", "amount >= 10.5"),
    ("${a == null}", "a == None"),
    ("${flag eq true}", "flag == True"),
    ("${a lt 1 or b gt 2 or c le 3 or d ge 4}", "a < 1 or b > 2 or c <= 3 or d >= 4"),
]
UNSURE = [
    "${order.total > 10}", "${bean.check(x)}", "${x == 'true'}", "${n == '12'}", "${a ? b : c}", "${a", "${}", "=",
    "${a = 1}", "${a == b == c}", "${empty list}", "= some x in y satisfies x", "= a + 1 > 2", "${a}${b}", "${(a}",
    "${x == 'it\\'s'}", "=" + "(" * 60 + "a" + ")" * 60,
]  # fmt: skip


@pytest.mark.parametrize("theirs, ours", SAME)
def test_a_condition_that_means_the_same_is_written_in_our_way(theirs: str, ours: str):
    assert translated(theirs) == ours
    compile_expression(ours)


@pytest.mark.parametrize("theirs", UNSURE)
def test_a_condition_that_may_mean_something_else_is_left_with_a_reason(theirs: str):
    with pytest.raises(NotTranslated) as why:
        translated(theirs)
    assert why.value.args[0]


def test_not_binds_to_what_follows_it_directly_as_in_the_other_tools():
    # In Python "not a == b" would compare first.
    ours = translated("${!a == b}")
    assert evaluate(ours, {"a": False, "b": True}) is True
    assert evaluate(ours, {"a": True, "b": True}) is False


def test_only_what_is_nothing_but_a_constant_is_taken_out_of_its_expression():
    assert (constant('="P3D"'), constant("${'审查员'}"), constant("P3D")) == ("P3D", "审查员", "P3D")
    assert constant("=due") == "=due"
    assert constant('="a" + "b"') == '="a" + "b"'
    assert is_foreign("#{x}")
    assert not is_foreign("x == 1")


@st.composite
def conditions(draw: st.DrawFn, depth: int = 3) -> tuple[str, str]:
    """A condition as JUEL and as Python, written by means of their own."""
    kind = draw(st.sampled_from(["fact", "compare", "not", "and", "or"] if depth else ["fact", "compare"]))
    if kind == "fact":
        name = draw(st.sampled_from("pqr"))
        return name, name
    if kind == "compare":
        name, sign = draw(st.sampled_from("xyz")), draw(st.sampled_from(["==", "!=", "<", "<=", ">", ">="]))
        value = draw(st.integers(0, 3))
        return f"{name} {sign} {value}", f"({name} {sign} {value})"
    if kind == "not":
        juel, ours = draw(conditions(depth - 1))
        return f"!({juel})", f"(not ({ours}))"
    (one, our_one), (two, our_two) = draw(conditions(depth - 1)), draw(conditions(depth - 1))
    sign = {"and": draw(st.sampled_from(["&&", "and"])), "or": draw(st.sampled_from(["||", "or"]))}[kind]
    return f"({one}) {sign} ({two})", f"(({our_one}) {kind} ({our_two}))"


TRUTHS, NUMBERS = st.lists(st.booleans(), min_size=3, max_size=3), st.lists(st.integers(0, 3), min_size=3, max_size=3)


@given(conditions(), TRUTHS, NUMBERS)
def test_a_translated_condition_gives_what_the_original_means(
    both: tuple[str, str], truths: list[bool], numbers: list[int]
):
    facts = {**dict(zip("pqr", truths, strict=True)), **dict(zip("xyz", numbers, strict=True))}
    assert bool(evaluate(translated(f"${{{both[0]}}}"), facts)) == bool(eval(both[1], {}, facts))  # noqa: S307 - written by this file
