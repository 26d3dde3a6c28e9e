"""Overlaps, gaps and dead rules: golden cases, and random tables against brute force."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.process.bpmn.decisions import DecisionRefused, check_decisions, parse_decisions
from engine.process.bpmn.decisions.coverage import Budget, coverage_problems
from engine.process.bpmn.decisions.model import Table
from tests.engine.process.bpmn.decisions.dmn import ask, column, one, problem, result, rules_of

YES = ['"a"']


def rules(*cells: str, policy: str = "UNIQUE", type: str = "number", values: str = "", same: bool = True) -> bytes:
    """A table of one column with these cells."""
    outputs = ['"a"' if same else f'"{n}"' for n, _ in enumerate(cells)]
    rows = [([cell], [output]) for cell, output in zip(cells, outputs, strict=True)]
    return one([column("x", type, values)], [result(values='"a"' if policy == "PRIORITY" else "")], rows, policy=policy)


@pytest.mark.parametrize(
    "xml, found",
    [
        (rules("< 5", ">= 5"), []),
        (rules("< 5", "> 5"), ["rules-gap"]),
        (
            rules(
                "<= 5",
                ">= 5",
            ),
            ["rules-overlap"],
        ),
        (rules("< 3", "> 2", type="integer"), []),
        (rules("< 3", "> 2"), ["rules-overlap"]),
        (rules("<= 2", ">= 3", type="integer"), []),
        (rules("<= 2", ">= 3"), ["rules-gap"]),
        (rules("true", "false", type="boolean"), []),
        (rules("true", type="boolean"), ["rules-gap"]),
        (rules('"a"', '"b"', type="string", values='"a", "b"'), []),
        (rules('"a"', type="string", values='"a", "b"'), ["rules-gap"]),
        (rules('"a"', '"b"', type="string"), ["rules-gap"]),
        (rules('"a"', 'not("a")', type="string"), []),
        (rules('"a"', '"c"', "-", type="string", values='"a", "b"', policy="FIRST"), ["rule-never"]),
        (rules("[0..10]", values="[0..10]"), []),
        (rules("[0..10)", values="[0..10]"), ["rules-gap"]),
        (rules("null", "not(null)"), []),
        (rules("null", "-"), ["rules-overlap"]),
        (rules("null", "1"), ["rules-gap"]),
        (rules("> 0", "> 5", "<= 0", policy="FIRST"), ["rule-unreachable"]),
        (rules("> 5", "> 0", "-", policy="FIRST"), []),
        (rules("< 5", "> 4", "-", policy="FIRST"), ["rule-unreachable"]),
        (rules("< 5", ">= 5", policy="ANY"), []),
        (rules("< 6", ">= 5", policy="ANY"), []),
        (rules("< 6", ">= 5", policy="ANY", same=False), ["rules-overlap"]),
        (rules("1", policy="PRIORITY"), ["rules-gap"]),
        (rules("1", "1", policy="COLLECT"), []),
        (rules("1", policy="RULE ORDER"), []),
        (rules('<= date("2026-01-01")', '>= date("2026-01-02")', type="date"), []),
        (rules('< date("2026-01-01")', '> date("2026-01-01")', type="date"), ["rules-gap"]),
        (rules('< duration("P1M")', '> duration("P1M")', type="yearMonthDuration"), ["rules-gap"]),
        (rules('<= duration("P1M")', '>= duration("P2M")', type="yearMonthDuration"), []),
        (rules('<= duration("PT1H")', '>= duration("PT2H")', type="dayTimeDuration"), ["rules-gap"]),
        (rules("< 100000000000000000000000000001", "> 100000000000000000000000000002"), ["rules-gap"]),
        (rules("<= 100000000000000000000000000001", ">= 100000000000000000000000000001"), ["rules-overlap"]),
        (rules("<= 0.00000000000000000000000001", ">= 0.000000000000000000000000011"), ["rules-gap"]),
        (rules("<= 99999999999999999999999999998", ">= 99999999999999999999999999999", type="integer"), []),
        (rules(), ["rules-gap"]),
        (one([], [result()], [([], YES)]), []),
        (one([], [result()], [([], YES), ([], YES)]), ["rules-overlap"]),
    ],
)
def test_what_is_open_or_taken_twice_is_found(xml: bytes, found: list[str]) -> None:
    assert rules_of(xml) == found, check_decisions(xml)


def test_a_finding_names_rules_and_an_example() -> None:
    xml = one([column("x"), column("k", "string", values='"p", "q"', label="种类")], [result()],
              [(["< 5", "-"], YES), ([">= 3", '"p"'], YES)])  # fmt: skip
    overlap = problem(xml, "rules-overlap")
    assert overlap.element_id == "r2" and overlap.level == "error"
    assert overlap.also == ("r1",)
    assert "规则 1 和规则 2 会同时成立，只应有一条，例如x=3，种类=“p”" in overlap.sentence
    gap = problem(xml, "rules-gap")
    assert gap.level == "warning"
    assert gap.element_id == "d" and gap.also == ()
    assert "例如x=5，种类=“q”时没有规则成立" in gap.sentence


def test_a_default_output_leaves_no_gap() -> None:
    assert rules_of(one([column("x")], [result(default='"b"')], [(["1"], YES)])) == []


def test_an_exhausted_search_says_so() -> None:
    table = parse_decisions(rules("1", "2", "[1..3]")).decisions["d"].logic
    assert isinstance(table, Table)
    [found] = coverage_problems("表", table, Budget(3))
    assert (found.rule, found.level) == ("coverage-capped", "warning")


# Random tables against brute force --------------------------------------------------------------------------------

GRID = [Decimal(n) / 2 for n in range(-1, 10)]
"""Every whole number a cell may name, and a value between and around them."""
WORDS = ["a", "b", "c"]


@dataclass(frozen=True)
class Cell:
    """A cell, and independently of the product the values that belong to it."""

    text: str
    holds: frozenset[Any]


@st.composite
def numbers(draw: st.DrawFn) -> Cell:
    parts = draw(st.lists(st.one_of(points(), bounds(), intervals()), min_size=1, max_size=3))
    texts, taken = ", ".join(text for text, _ in parts), {value for _, test in parts for value in GRID if test(value)}
    if draw(st.booleans()):
        return Cell(f"not({texts})", frozenset(set(GRID) - taken))
    return Cell(texts, frozenset(taken))


@st.composite
def points(draw: st.DrawFn) -> Any:
    value = draw(st.integers(0, 4))
    return str(value), lambda each: each == value


@st.composite
def bounds(draw: st.DrawFn) -> Any:
    value = draw(st.integers(0, 4))
    sign = draw(st.sampled_from(["<", "<=", ">", ">="]))
    return f"{sign} {value}", {
        "<": lambda each: each < value, "<=": lambda each: each <= value,
        ">": lambda each: each > value, ">=": lambda each: each >= value,
    }[sign]  # fmt: skip


@st.composite
def intervals(draw: st.DrawFn) -> Any:
    low = draw(st.integers(0, 3))
    high = draw(st.integers(low + 1, 4))
    start, end = draw(st.sampled_from("[(]")), draw(st.sampled_from("])["))
    return (
        f"{start}{low}..{high}{end}",
        lambda each: (low <= each if start == "[" else low < each) and (each <= high if end == "]" else each < high),
    )


@st.composite
def words(draw: st.DrawFn) -> Cell:
    chosen = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True))
    texts = ", ".join(f'"{each}"' for each in chosen)
    if draw(st.booleans()):
        return Cell(f"not({texts})", frozenset(WORDS) - frozenset(chosen))
    return Cell(texts, frozenset(chosen))


ANY_NUMBER, ANY_WORD = Cell("-", frozenset(GRID)), Cell("-", frozenset(WORDS))
ROWS = st.lists(
    st.tuples(st.one_of(numbers(), st.just(ANY_NUMBER)), st.one_of(words(), st.just(ANY_WORD)), st.integers(1, 3)),
    min_size=1, max_size=6,
)  # fmt: skip
POLICIES = ["UNIQUE", "ANY", "FIRST", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT",
            "COLLECT SUM", "COLLECT MIN", "COLLECT MAX", "COLLECT COUNT"]  # fmt: skip


def written(rows: Sequence[tuple[Cell, Cell, int]], policy: str) -> bytes:
    name, _, aggregation = policy.partition(" ") if policy.startswith("COLLECT") else (policy, "", "")
    return one(
        [column("x"), column("k", "string", values='"a", "b", "c"')],
        [result("n", "number", values="2, 3, 1")],
        [([x.text, k.text], [str(n)]) for x, k, n in rows],
        policy=name,
        aggregation=aggregation,
    )


REFUSED = object()


def oracle(rows: Sequence[tuple[Cell, Cell, int]], policy: str, x: Decimal, k: str) -> Any:
    """What the table must say, by going through its rules one by one."""
    hits = [n for one_, other, n in rows if x in one_.holds and k in other.holds]
    ranked = sorted(hits, key=[2, 3, 1].index)
    if not hits and policy in ("COLLECT", "RULE ORDER", "OUTPUT ORDER"):
        return []
    if policy == "COLLECT COUNT":
        return len(hits)
    if not hits or (policy == "UNIQUE" and len(hits) > 1) or (policy == "ANY" and len(set(hits)) > 1):
        return REFUSED
    return {
        "UNIQUE": hits[0], "ANY": hits[0], "FIRST": hits[0], "PRIORITY": ranked[0], "RULE ORDER": hits,
        "OUTPUT ORDER": ranked, "COLLECT": hits, "COLLECT SUM": sum(hits), "COLLECT MIN": min(hits),
        "COLLECT MAX": max(hits),
    }[policy]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(ROWS, st.sampled_from(POLICIES))
def test_random_tables_say_what_their_rules_say(rows: list[tuple[Cell, Cell, int]], policy: str) -> None:
    read = parse_decisions(written(rows, policy))
    for x, k in product(GRID, WORDS):
        try:
            said = ask(read, x=float(x), k=k).last.outputs["n"]
        except DecisionRefused:
            said = REFUSED
        assert said == oracle(rows, policy, x, k)


@settings(max_examples=150, deadline=None)
@given(ROWS, st.sampled_from(["UNIQUE", "ANY", "FIRST"]))
def test_overlaps_gaps_and_dead_rules_are_those_that_brute_force_finds(
    rows: list[tuple[Cell, Cell, int]], policy: str
) -> None:
    hits = [
        [place for place, (one_, other, _) in enumerate(rows) if x in one_.holds and k in other.holds]
        for x, k in product(GRID, WORDS)
    ]
    pairs = {
        (first, second)
        for fired in hits for first in fired for second in fired
        if first < second and (policy == "UNIQUE" or rows[first][2] != rows[second][2])
    }  # fmt: skip
    firsts = {fired[0] for fired in hits if fired}
    lives = {place for fired in hits for place in fired}
    found = check_decisions(written(rows, policy))
    said = {
        rule: [each for each in found if each.rule == rule]
        for rule in ("rules-overlap", "rules-gap", "rule-unreachable", "rule-never")
    }
    assert len(said["rules-overlap"]) == (len(pairs) if policy != "FIRST" else 0)
    assert bool(said["rules-gap"]) == any(not fired for fired in hits)
    assert {each.element_id for each in said["rule-never"]} == {
        f"r{place + 1}"
        for place, row in enumerate(rows)
        if place not in lives and (not row[0].holds or not row[1].holds)
    }
    dead = {f"r{place + 1}" for place in lives - firsts} if policy == "FIRST" else set()
    assert {each.element_id for each in said["rule-unreachable"]} == dead
    assert len(found) == sum(map(len, said.values()))


def test_a_wide_table_is_searched_exactly() -> None:
    chance = random.Random(7)
    columns = [column(f"x{n}", "boolean") for n in range(12)]
    rows = [([chance.choice(["true", "false", "-"]) for _ in columns], YES) for _ in range(60)]
    every = [(["-"] * 12, YES)]
    assert "rules-gap" in rules_of(one(columns, [result()], rows, policy="FIRST"))
    assert "rules-gap" not in rules_of(one(columns, [result()], rows + every, policy="FIRST"))
