"""Golden tables: what each hit policy makes of the rules that hold."""

from __future__ import annotations

from typing import Any

import pytest

from engine.process.bpmn.decisions import DecisionRefused, Step
from tests.engine.process.bpmn.decisions.dmn import ask, column, one, problem, result, rules_of

STEPS = [
    (["< 10"], ['"low"', "1"]),
    (["[5..20]"], ['"mid"', "2"]),
    ([">= 15"], ['"high"', "3"]),
    (["7"], ['"mid"', "2"]),
]
RANKED = '"high", "mid", "low"'


def steps(policy: str, aggregation: str = "", *, default: str | None = None, number: bool = False) -> bytes:
    """The overlapping table above, with its word or its number as output."""
    column_ = result("fee", "number", default=default) if number else result("level", values=RANKED, default=default)
    rows = [(tests, entries[1:] if number else entries[:1]) for tests, entries in STEPS]
    return one([column("x")], [column_], rows, policy=policy, aggregation=aggregation)


def told(xml: bytes, **facts: Any) -> tuple[Any, tuple[str, ...]]:
    step = ask(xml, **facts).last
    [value] = step.outputs.values()
    return value, step.rules


@pytest.mark.parametrize(
    "policy, x, expected",
    [
        ("FIRST", 7, ("low", ("r1",))),
        ("FIRST", 12, ("mid", ("r2",))),
        ("FIRST", 18, ("mid", ("r2",))),
        ("FIRST", 30, ("high", ("r3",))),
        ("PRIORITY", 7, ("mid", ("r2",))),
        ("PRIORITY", 18, ("high", ("r3",))),
        ("PRIORITY", 3, ("low", ("r1",))),
        ("RULE ORDER", 7, (["low", "mid", "mid"], ("r1", "r2", "r4"))),
        ("RULE ORDER", 30, (["high"], ("r3",))),
        ("OUTPUT ORDER", 7, (["mid", "mid", "low"], ("r2", "r4", "r1"))),
        ("OUTPUT ORDER", 18, (["high", "mid"], ("r3", "r2"))),
        ("COLLECT", 7, (["low", "mid", "mid"], ("r1", "r2", "r4"))),
        ("UNIQUE", 12, ("mid", ("r2",))),
        ("UNIQUE", 30, ("high", ("r3",))),
        ("ANY", 3, ("low", ("r1",))),
    ],
)
def test_a_policy_chooses(policy: str, x: int, expected: tuple[Any, tuple[str, ...]]) -> None:
    # The table is wrong under UNIQUE and ANY; where only one rule holds it may still be asked.
    assert told(steps(policy), x=x) == expected


@pytest.mark.parametrize(
    "aggregation, x, value",
    [("SUM", 7, 5), ("MIN", 7, 1), ("MAX", 7, 2), ("COUNT", 7, 3), ("SUM", 18, 5), ("MAX", 18, 3), ("COUNT", 30, 1)],
)
def test_collected_numbers_are_put_together(aggregation: str, x: int, value: int) -> None:
    xml = steps("COLLECT", aggregation, number=True)
    assert told(xml, x=x)[0] == value
    assert set(rules_of(xml)) <= {"rules-gap"}


def test_tenths_add_up_exactly() -> None:
    xml = one([], [result("fee", "number")], [([], ["0.1"])] * 3, policy="COLLECT", aggregation="SUM")
    assert told(xml)[0] == 0.3


@pytest.mark.parametrize("policy", ["UNIQUE", "ANY"])
def test_rules_that_contradict_are_refused_with_their_numbers_and_what_was_seen(policy: str) -> None:
    with pytest.raises(DecisionRefused) as refused:
        ask(steps(policy), x=7)
    assert "决策表“决策d”得不出结论：规则 1、2、4 同时成立" in refused.value.sentence
    assert "x=7" in refused.value.sentence


def test_any_takes_rules_that_agree() -> None:
    rows = [(["> 0"], ['"yes"']), (["> 5"], ['"yes"']), (["<= 0"], ['"no"'])]
    xml = one([column("x")], [result()], rows, policy="ANY")
    assert rules_of(xml) == []
    assert told(xml, x=9) == ("yes", ("r1", "r2"))


@pytest.mark.parametrize("policy", ["UNIQUE", "ANY", "FIRST", "PRIORITY"])
def test_no_rule_and_no_default_is_refused_with_what_was_seen(policy: str) -> None:
    xml = one([column("x", label="金额")], [result(values='"a"')], [(["1"], ['"a"'])], policy=policy)
    with pytest.raises(DecisionRefused, match=r"没有一条规则成立，也没有默认输出（金额=2）"):
        ask(xml, x=2)
    assert "金额" in problem(xml, "rules-gap").sentence


@pytest.mark.parametrize("aggregation", ["SUM", "MIN", "MAX"])
def test_nothing_cannot_be_put_together(aggregation: str) -> None:
    xml = one([column("x")], [result("fee", "number")], [(["1"], ["5"])], policy="COLLECT", aggregation=aggregation)
    with pytest.raises(DecisionRefused, match="没有一条规则成立"):
        ask(xml, x=2)


@pytest.mark.parametrize("policy", ["RULE ORDER", "OUTPUT ORDER", "COLLECT"])
def test_no_rule_is_an_empty_list_where_lists_are_given(policy: str) -> None:
    xml = one([column("x")], [result(values='"a"')], [(["1"], ['"a"'])], policy=policy)
    assert told(xml, x=2) == ([], ())
    assert rules_of(xml) == []


def test_no_rule_counts_nought() -> None:
    xml = one([column("x")], [result("n", "number")], [(["1"], ["5"])], policy="COLLECT", aggregation="COUNT")
    assert told(xml, x=2) == (0, ())


@pytest.mark.parametrize(
    "policy, aggregation, value",
    [("UNIQUE", "", 9), ("FIRST", "", 9), ("COLLECT", "", [9]), ("RULE ORDER", "", [9]), ("COLLECT", "SUM", 9)],
)
def test_the_default_stands_in_where_no_rule_holds(policy: str, aggregation: str, value: Any) -> None:
    column_ = result("fee", "number", default="x + 7")
    xml = one([column("x")], [column_], [(["1"], ["5"])], policy=policy, aggregation=aggregation)
    assert told(xml, x=2) == (value, ())
    assert rules_of(xml) == []


def test_several_outputs_are_several_facts() -> None:
    columns = [result("route"), result("days", "integer"), result("note", default='"无"')]
    xml = one([column("x")], columns, [(["> 5"], ['"long"', "20", ""]), (["<= 5"], ['"short"', "x * 2", '"快"'])])
    assert ask(xml, x=9).last.outputs == {"route": "long", "days": 20, "note": None}
    assert ask(xml, x=4).last.outputs == {"route": "short", "days": 8, "note": "快"}


def test_several_outputs_of_several_rules_are_lists_side_by_side() -> None:
    xml = one([column("x")], [result("a"), result("b", "number")],
              [(["> 0"], ['"p"', "1"]), (["> 5"], ['"q"', "x"])], policy="RULE ORDER")  # fmt: skip
    assert ask(xml, x=9).last.outputs == {"a": ["p", "q"], "b": [1, 9]}


def test_priority_goes_by_the_first_output_then_the_next() -> None:
    columns = [result("a", values='"x", "y"'), result("b", "number", values="3, 2, 1")]
    rows = [(["-"], ['"y"', "3"]), (["-"], ['"x"', "1"]), (["-"], ['"x"', "2"])]
    assert ask(one([column("n")], columns, rows, policy="PRIORITY"), n=1).last.rules == ("r3",)
    assert ask(one([column("n")], columns, rows, policy="OUTPUT ORDER"), n=1).last.rules == ("r3", "r2", "r1")


def test_a_step_tells_what_was_read_which_rules_fired_and_what_came_out() -> None:
    xml = one([column("a + b"), column("on", "date")], [result("until", "date")],
              [([">= 3", '> date("2026-01-01")'], ['date(on) + duration("P5D")'])])  # fmt: skip
    outcome = ask(xml, a=1, b=2.5, on="2026-03-02")
    assert outcome.last == Step("d", (("a + b", 3.5), ("on", "2026-03-02")), ("r1",), {"until": "2026-03-07"})


def test_a_value_that_is_not_allowed_is_refused() -> None:
    xml = one([column("k", "string", values='"a", "b"')], [result("n", "number", values="[0..10]")],
              [(['"a"'], ["m"]), (['"b"'], ["1"])])  # fmt: skip
    with pytest.raises(DecisionRefused, match=r"“k”的值“c”不在允许的值"):
        ask(xml, k="c", m=1)
    with pytest.raises(DecisionRefused, match=r"规则 1 的输出“n”11不在允许的值"):
        ask(xml, k="a", m=11)
    with pytest.raises(DecisionRefused, match=r"（空）不在允许的值"):
        ask(xml, k=None, m=1)
    assert ask(xml, k="a", m=10).last.outputs == {"n": 10}


def test_facts_are_not_changed_and_rules_without_ids_have_numbers() -> None:
    xml = one([column("x")], [result()], [(["-"], ['"a"'])]).replace(b' id="r1"', b"")
    facts: dict[str, Any] = {"x": 1, "others": ["y"]}
    assert ask(xml, **facts).last.rules == ("rule_1",)
    assert facts == {"x": 1, "others": ["y"]}
