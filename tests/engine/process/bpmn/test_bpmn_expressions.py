"""Expressions: what they may say, what they mean, and that nothing else gets through."""

from __future__ import annotations

import contextlib
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.process.bpmn.expressions import (
    FUNCTIONS,
    MAX_LENGTH,
    ExpressionRefused,
    LockedEngine,
    LockedEnvironment,
    compile_expression,
    evaluate,
)  # fmt: skip

FACTS: dict[str, Any] = {
    "x": 3, "y": 0, "s": "承诺件", "flag": True, "none": None, "items": [1, 2, 3], "table": {"a": {"b": 7}}, "f": 2.5,
}  # fmt: skip

GADGET = (
    "[c for c in ().__class__.__base__.__subclasses__() if c.__name__=='_wrap_close'][0]"
    ".__init__.__globals__['system']('x')"
)


@pytest.mark.parametrize(
    "source, value",
    [
        ("x", 3),
        ("s == '承诺件' and x >= 2", True),
        ("not flag or y", 0),
        ("1 < x < 4", True),
        ("x in [1, 3]", True),
        ("x not in (1, 2)", True),
        ("'诺' in s", True),
        ("none is None", True),
        ("flag is not None", True),
        ("'a' if flag else 'b'", "a"),
        ("x + 1 - 2 * 3", -2),
        ("7 // 2 + 7 % 4 + 1 / 2", 6.5),
        ("-x + +x", 0),
        ("items[0] + items[-1]", 4),
        ("table['a']['b']", 7),
        ("s[0]", "承"),
        ("len(items) + len(s)", 6),
        ("min(x, 5) + max(1, 2, y)", 5),
        ("abs(-3) + round(2.567, 1) + round(2.5)", 7.6),
        ("any([y, x]) and all(items)", True),
        ("str(x) + '年'", "3年"),
        ("int('12') + int(f)", 14),
        ("bool(items)", True),
        ("  x ==\n 3 ", True),
        ("[1] + [2]", [1, 2]),
    ],
)
def test_what_an_expression_means(source: str, value: Any) -> None:
    assert evaluate(source, FACTS) == (pytest.approx(value) if isinstance(value, float) else value)


@pytest.mark.parametrize(
    "source",
    [
        "", "   ", "x =", "x = 3", "x == ", "(x", "1 +", "if x: y", "x; y", "import os", "lambda: 1", "(lambda: 1)()",
        "[i for i in items]", "{i for i in items}", "{i: 1 for i in items}", "(i for i in items)", "{1: 2}", "{1, 2}",
        "f'{x}'", "x.real", "s.format(x)", "'{0.__class__}'.format(x)", "x ** 2", "9 ** 9 ** 9",
        "x << 3", "~x", "x | y", "x & y", "x ^ y", "x @ y", "(n := 3)", "*items", "[*items]", "len(*items)",
        "len(obj=items)", "max(items, key=len)", "items[0:2]", "items[::2]", "len", "len.__self__", "print(x)",
        "open('x')", "eval('1')", "exec('1')", "__import__('os')", "__builtins__", "_x", "x.__class__", "type(x)",
        "getattr(x, 'real')", "sum(items)", "float('inf')", "b'a'", "...", "1j", "await x", "yield x", "x if x",
        "_times(1, 2)", "_item(items, 0)", "[len][0](items)", GADGET, "s.__len__()",
        "().__class__.__base__.__subclasses__()", "str.__mro__", "[].append(1)", "''.join(items)", "assert x",
        "x\n+1; y", "globals()", "locals()", "vars()", "dir()", "breakpoint()", "input()", "id(x)", "hash(x)",
    ],
)  # fmt: skip
def test_what_an_expression_may_not_say(source: str) -> None:
    with pytest.raises(ExpressionRefused) as refused:
        compile_expression(source)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in str(refused.value))
    with pytest.raises(ExpressionRefused):
        evaluate(source, FACTS)


@pytest.mark.parametrize(
    "source",
    [
        "x / y", "x // y", "x % y", "s + x", "x < s", "items[9]", "table['z']", "x[0]", "len(x)", "min(items[0])",
        "int(s)", "int('9' + '9')[0]", "str(items)", "int(none)", "round(s)", "abs(s)", "max(x, s)", "-s", "min()",
        "s * 2", "2 * s", "items * 2", "s % 2", "'%s' % x", "round(x, 13)", "round(x, -1000000000)", "round(f, s)",
        "x in y",
        "99999999999999999999 * 99999999999999999999 * 99999999999999999999 * 99999999999999999999",
    ],
)  # fmt: skip
def test_what_fails_when_it_is_computed_is_told_in_chinese(source: str) -> None:
    compile_expression(source)
    with pytest.raises(ExpressionRefused) as refused:
        evaluate(source, FACTS)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in str(refused.value))


def test_a_fact_without_a_value_is_named() -> None:
    with pytest.raises(ExpressionRefused, match="outcome"):
        evaluate("outcome == 'accept' and x", FACTS)


@pytest.mark.parametrize(
    "source",
    [
        "x" * (MAX_LENGTH + 1),
        "+".join(["x"] * 300),
        "(" * 300 + "x" + ")" * 300,
        "[" * 120 + "]" * 120,
        "-" * 900 + "x",
        "not " * 200 + "x",
        "9" * 900,
        "'" + "长" * 2000 + "'",
    ],
)
def test_an_expression_that_is_too_large_is_refused(source: str) -> None:
    with pytest.raises(ExpressionRefused):
        evaluate(source, FACTS)


def test_a_text_that_grows_too_long_is_refused_while_it_is_computed() -> None:
    facts = {"s": "长" * 4_000}
    assert len(evaluate("s + s", facts)) == 8_000
    with pytest.raises(ExpressionRefused, match="太长"):
        evaluate("s + s + s", facts)


def test_a_fact_cannot_take_the_place_of_a_function_or_a_guard() -> None:
    planted = {"len": lambda each: "planted", "_item": lambda *each: "planted", "items": [1], "__builtins__": {}}
    assert evaluate("len(items) + items[0]", planted) == 2
    with pytest.raises(ExpressionRefused):
        compile_expression("len == 3")


def test_facts_cannot_be_changed_by_an_expression() -> None:
    facts = {"items": [1, 2]}
    evaluate("items + [3]", facts)
    assert facts == {"items": [1, 2]}


def test_the_names_an_expression_reads_are_told() -> None:
    assert compile_expression("a == 'b' and len(c) > d[e] or True") == {"a", "c", "d", "e"}
    assert compile_expression("1 < 2") == frozenset()


def test_only_these_functions_can_be_called() -> None:
    assert set(FUNCTIONS) == {"len", "min", "max", "abs", "any", "all", "bool", "round", "str", "int"}


@pytest.mark.parametrize("thing", [LockedEngine(), LockedEnvironment()])
def test_neither_the_engine_nor_its_environment_runs_a_script_or_a_service(thing: Any) -> None:
    for attempt in (
        lambda: thing.execute(object() if isinstance(thing, LockedEngine) else {}, "x = 1"),
        lambda: thing.call_service(object(), operation_name="x"),
    ):
        with pytest.raises(ExpressionRefused):
            attempt()


def test_the_engine_and_its_environment_ignore_what_is_offered_from_outside() -> None:
    class Task:
        data = {"x": 1}  # noqa: RUF012 - a stand-in, made anew in each test

    planted = {"x": 2, "y": 3}
    assert LockedEngine().evaluate(Task(), "x", planted) == 1
    assert LockedEnvironment().evaluate("x", {"x": 1}, planted) == 1
    with pytest.raises(ExpressionRefused):
        LockedEnvironment().evaluate("y", {"x": 1}, planted)
    LockedEngine().validate("x == 1")
    with pytest.raises(ExpressionRefused):
        LockedEngine().validate("__import__('os')")
    assert type(LockedEngine().environment) is LockedEnvironment


@given(st.text(max_size=80))
def test_any_text_is_either_an_expression_or_refused_and_nothing_else(text: str) -> None:
    with contextlib.suppress(ExpressionRefused):
        evaluate(text, FACTS)


_words = st.sampled_from([
    "x", "y", "s", "items", "table", "len", "__class__", "_item", "(", ")", "[", "]", "{", "}", ".", ",", ":", "+", "*",
    "**", "%", "==", "<", "and", "not", "if", "else", "for", "in", "lambda", "'a'", "1", "0", "f'{x}'", ":=", "is", "@",
])  # fmt: skip


@given(st.lists(_words, max_size=14).map(" ".join))
def test_any_row_of_words_is_either_an_expression_over_plain_values_or_refused(text: str) -> None:
    try:
        value = evaluate(text, FACTS)
    except ExpressionRefused:
        return
    assert isinstance(value, str | int | float | bool | list | tuple | dict | type(None))


_numbers = st.integers(-50, 50)
_leaves = st.one_of(_numbers.map(str), st.sampled_from(["x", "y", "f"]))
_sums = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "<", "==", "and", "or"]), inner).map(
            lambda p: f"({' '.join(p)})"
        ),
        inner.map(lambda each: f"(not {each})"),
        st.tuples(inner, inner, inner).map(lambda p: f"({p[0]} if {p[1]} else {p[2]})"),
        st.tuples(inner, inner).map(lambda p: f"max({p[0]}, {p[1]})"),
    ),
    max_leaves=12,
)


@given(_sums)
def test_a_lawful_expression_means_what_it_means_in_python(source: str) -> None:
    plain = {name: FACTS[name] for name in ("x", "y", "f")}
    expected = eval(source, {}, dict(plain))  # noqa: S307 - Python itself is the oracle here
    value = evaluate(source, plain)
    assert value == expected or (isinstance(value, float) and math.isclose(value, expected))
    assert type(value) is type(expected)
