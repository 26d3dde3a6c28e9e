"""Every construct of S-FEEL unary tests, value by value."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from engine.process.bpmn.decisions import DecisionRefused
from engine.process.bpmn.decisions.evaluation import Facts
from engine.process.bpmn.decisions.feel import compile_expression
from engine.process.bpmn.decisions.values import FeelRefused, Months, date_of, duration_of, iso, outgoing
from tests.engine.process.bpmn.decisions.dmn import ask, column, holds, one, result


@pytest.mark.parametrize(
    "cell, type, inside, outside",
    [
        ("-", "number", [0, -3, 2.5, None], []),
        ("", "string", ["", "任何", None], []),
        ("5", "number", [5, 5.0], [4, 6, None]),
        ("= 5", "number", [5], [4]),
        ("!= 5", "number", [4, 6], [5, None]),
        ("-5", "number", [-5], [5]),
        ("- 0.5", "number", [-0.5], [0.5]),
        (".5", "number", [0.5], [5]),
        ("0.3", "number", [0.3], [0.30000000000000004]),
        ("< 5", "number", [4, -9, 4.999], [5, 6, None]),
        ("<=5", "number", [5, 4], [6]),
        ("> 5", "number", [6], [5]),
        (">= 5", "number", [5, 6], [4.9]),
        ("[1..5]", "number", [1, 3, 5], [0, 6, None]),
        ("(1..5)", "number", [2, 1.001, 4.999], [1, 5]),
        ("]1..5[", "number", [2], [1, 5]),
        ("[1..5)", "number", [1, 4.9], [5]),
        ("(1..5]", "number", [5], [1]),
        ("]1..5]", "number", [5], [1]),
        ("[1..5[", "number", [1], [5]),
        ("[-2..-1]", "number", [-2, -1.5], [0]),
        ("1, 3, [7..9], > 100", "number", [1, 3, 8, 101], [2, 6, 10, 100]),
        ("not(1, 3)", "number", [2, None], [1, 3]),
        ("not([1..3])", "number", [0, 4], [1, 2, 3]),
        ("not(null)", "number", [1], [None]),
        ("null", "number", [None], [0]),
        ("null, 1", "number", [None, 1], [0]),
        ("2.5", "integer", [], [2, 3]),
        ("[2..3]", "integer", [2, 3], [4]),
        ('"food"', "string", ["food"], ["Food", "", None]),
        ('"餐饮", "娱乐"', "string", ["餐饮", "娱乐"], ["其他"]),
        ('not("餐饮")', "string", ["其他", ""], ["餐饮"]),
        (r'"a\"b", "\u0041", "\\"', "string", ['a"b', "A", "\\"], ["a", "u0041"]),
        ('< "b"', "string", ["a", "az"], ["b", "c"]),
        ('["a".."c")', "string", ["a", "bzz"], ["c"]),
        ("true", "boolean", [True], [False, None]),
        ("false", "boolean", [False], [True]),
        ("not(true)", "boolean", [False], [True]),
        ('date("2026-03-02")', "date", ["2026-03-02"], ["2026-03-03"]),
        ('@"2026-03-02"', "date", ["2026-03-02"], ["2026-03-03"]),
        ('[date("2026-01-01")..date("2026-12-31")]', "date", ["2026-01-01", "2026-06-01"], ["2025-12-31"]),
        ('< date("2026-01-01"), > date("2026-12-31")', "date", ["2025-12-31", "2027-01-01"], ["2026-01-01"]),
        ('duration("P5D")', "dayTimeDuration", ["P5D", "PT120H"], ["P4D"]),
        ('> duration("PT8H")', "dayTimeDuration", ["PT8H1S", "P1D"], ["PT8H", "-P1D"]),
        ('@"PT0.5S"', "dayTimeDuration", ["PT0.5S"], ["PT5S"]),
        ('>= duration("P1Y")', "yearMonthDuration", ["P12M", "P2Y"], ["P11M"]),
        ('[duration("P6M")..duration("P1Y6M")]', "yearMonthDuration", ["P6M", "P18M"], ["P19M"]),
    ],
)
def test_a_cell_takes_what_it_says_and_nothing_else(
    cell: str, type: str, inside: list[Any], outside: list[Any]
) -> None:
    assert [value for value in inside if not holds(cell, value, type)] == []
    assert [value for value in outside if holds(cell, value, type)] == []


@pytest.mark.parametrize(
    "type, value, says",
    [
        ("number", "5", "值“5”不是数"),
        ("number", True, "值true不是数"),
        ("string", 5, "值5不是文字"),
        ("boolean", 1, "值1不是真假"),
        ("boolean", "true", "值“true”不是真假"),
        ("integer", 2.5, "值2.5不是整数"),
        ("date", "2026/03/02", "“2026/03/02”不是日期，应写成 2026-03-02"),
        ("date", "2026-02-30", "“2026-02-30”不是日期"),
        ("date", "2026-03-02T08:00", "不是日期"),
        ("date", 20260302, "值20260302不是日期"),
        ("dayTimeDuration", "P1Y", "值P1Y不是日时长"),
        ("dayTimeDuration", "5 天", "不是时长，应写成 P5D"),
        ("yearMonthDuration", "P5D", "值P5D不是年月时长"),
        ("number", [1], "值（列表）不是数"),
        ("number", float("inf"), "值不是文字、数或真假"),
    ],
)
def test_a_fact_of_another_kind_is_refused_with_table_column_and_value(type: str, value: Any, says: str) -> None:
    with pytest.raises(DecisionRefused) as refused:
        holds("-", value, type)
    assert "决策表“决策d”得不出结论：输入“x”" in refused.value.sentence
    assert says in refused.value.sentence


def test_a_fact_that_is_not_there_is_refused() -> None:
    xml = one([column("x")], [result()], [(["-"], ['"a"'])])
    with pytest.raises(DecisionRefused, match="还没有这个信息：x"):
        ask(xml, y=1)


@pytest.mark.parametrize(
    "text, facts, value",
    [
        ("a", {"a": 3}, 3),
        ("a.b.c", {"a": {"b": {"c": "深"}}}, "深"),
        ("a + b * 2", {"a": 1, "b": 3}, 7),
        ("(a + b) * 2", {"a": 1, "b": 3}, 8),
        ("a - b - 1", {"a": 9, "b": 3}, 5),
        ("a / 4", {"a": 1}, 0.25),
        ("-a", {"a": 1}, -1),
        ("--a", {"a": 1}, 1),
        ("0.1 + 0.2", {}, 0.3),
        ("a + 0.2", {"a": 0.1}, 0.3),
        ('"安" + a', {"a": "阳"}, "安阳"),
        ("a = 1", {"a": 1}, True),
        ("a != 1", {"a": 1}, False),
        ("a = null", {"a": None}, True),
        ("a >= b", {"a": 2, "b": 2}, True),
        ('a < "b"', {"a": "a"}, True),
        ('a < date("2026-03-02")', {"a": "2026-03-01"}, True),
        ('date("2026-03-02") > a', {"a": "2026-03-01"}, True),
        ('date(a) + duration("P5D")', {"a": "2026-02-27"}, "2026-03-04"),
        ('date(a) - duration("P1M")', {"a": "2026-03-31"}, "2026-02-28"),
        ('date(a) + duration("P1Y1M")', {"a": "2026-01-31"}, "2027-02-28"),
        ("date(a) - date(b)", {"a": "2026-03-02", "b": "2026-02-27"}, "P3D"),
        ('duration(a) + duration("PT1H")', {"a": "P1D"}, "P1DT1H"),
        ('duration("P1Y") - duration("P1M")', {}, "P11M"),
        ("a", {"a": ["x", 1]}, ["x", 1]),
    ],
)
def test_an_expression_reads_facts_and_computes(text: str, facts: dict[str, Any], value: Any) -> None:
    assert outgoing(compile_expression(text).value_of(Facts(facts))) == value


def test_an_expression_says_which_facts_it_reads() -> None:
    assert compile_expression('a.b + c * (d - 1) > date(e) - @"2026-01-01"').names == {"a", "c", "d", "e"}
    assert compile_expression("true = null").names == frozenset()


@pytest.mark.parametrize(
    "text", ["a + 1", "a < 1", "-a", "-date(a)", 'a - date("2026-01-01")', "a.b", "date(a)", "a * a", "a / 0"]
)
def test_what_has_no_value_is_refused_and_never_crashes(text: str) -> None:
    expression = compile_expression(text)
    values: list[Any] = ["文", None, True, [], 10**30, {"c": 1}]
    for value in values:
        with suppress(FeelRefused):
            expression.value_of(Facts({"a": value}))


@pytest.mark.parametrize(
    "text, value",
    [
        ("P5D", timedelta(days=5)),
        ("PT8H30M", timedelta(hours=8, minutes=30)),
        ("P1DT1.25S", timedelta(days=1, seconds=1.25)),
        ("-PT1S", timedelta(seconds=-1)),
        ("P0D", timedelta(0)),
        ("P1Y6M", Months(18)),
        ("-P1Y", Months(-12)),
        ("P0M", Months(0)),
    ],
)
def test_durations_are_read_and_written_in_iso(text: str, value: timedelta | Months) -> None:
    assert duration_of(text) == value
    assert iso(value) == text


@pytest.mark.parametrize("text", ["P", "PT", "-P", "P1", "1D", "P1.5D", "P1Y1D", "P1DT", "p1d", "P9999999D", "PT1S1H"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(FeelRefused, match="不是时长"):
        duration_of(text)


def test_dates_and_numbers_go_out_as_facts_may_be() -> None:
    assert date_of("2024-02-29") == date(2024, 2, 29)
    assert [outgoing(Decimal(each)) for each in ("5", "5.0", "-0", "2.50")] == [5, 5, 0, 2.5]
    assert isinstance(outgoing(Decimal("5.0")), int)
    with pytest.raises(FeelRefused, match="太大"):
        outgoing(Decimal(2**53))
