"""The rule that plays the drawing: it finds the joins that starve, and no others."""

from __future__ import annotations

import random
import re

import pytest

from engine.process.bpmn import BpmnRefused, Bundle, parse_definition
from engine.process.bpmn.model import read_drawing
from engine.process.bpmn.rules.deadlocks import starved_joins
from engine.process.bpmn.xml import read_xml
from tests.engine.process.bpmn.dsl import (
    Player,
    both,
    chain,
    clock,
    end,
    flow,
    process,
    some,
    start,
    terminate,
    users,
    xor,
)  # fmt: skip
from tests.engine.process.bpmn.generator import Made, make


def starved(xml: bytes) -> list[str]:
    problems = list(starved_joins(read_drawing(read_xml(xml))))
    assert all(each.rule == "join-starved" and each.level == "error" for each in problems)
    return [each.element_id for each in problems]


def block(split: str, join: str) -> bytes:
    return process(
        start(), split, join, users("a", "b", "z"), end(), chain("s", "g"), flow("g", "a", "n"),
        flow("g", "b", id="g_b"), chain("a", "j", "z", "e"), flow("b", "j"),
    )  # fmt: skip


def test_a_parallel_join_after_a_choice_starves() -> None:
    assert starved(block(xor("g", "g_b"), both("j"))) == ["j"]


def test_a_parallel_join_after_an_inclusive_split_starves() -> None:
    assert starved(block(some("g", "g_b"), both("j"))) == ["j"]


@pytest.mark.parametrize("split, join",
    [
        (both("g"), both("j")), (both("g"), some("j")), (both("g"), xor("j")), (xor("g", "g_b"), xor("j")),
        (xor("g", "g_b"), some("j")), (some("g", "g_b"), some("j")), (some("g", "g_b"), xor("j")),
    ],
)  # fmt: skip
def test_joins_that_are_always_served_are_no_problem(split: str, join: str) -> None:
    assert starved(block(split, join)) == []


def test_a_branch_that_may_leave_a_parallel_block_starves_its_join() -> None:
    drawing = process(
        start(), both("g"), both("j"), users("a", "b"), xor("x", "on"), end(), end("out"),
        chain("s", "g", "a", "x"), flow("x", "out", "n"), flow("x", "j", id="on"), chain("g", "b", "j", "e"),
    )  # fmt: skip
    assert starved(drawing) == ["j"]


def test_leaving_by_a_terminate_end_starves_nothing() -> None:
    drawing = process(
        start(), both("g"), both("j"), users("a", "b"), xor("x", "on"), end(), terminate("out"),
        chain("s", "g", "a", "x"), flow("x", "out", "n"), flow("x", "j", id="on"), chain("g", "b", "j", "e"),
    )  # fmt: skip
    assert starved(drawing) == []


def test_an_interrupting_clock_that_leads_out_of_a_block_starves_its_join() -> None:
    parts = (
        start(), both("g"), both("j"), users("a", "b", "late"), end(), chain("s", "g", "a", "j", "e"),
        chain("g", "b", "j"), flow("t", "late"),
    )  # fmt: skip
    leads_out = process(*parts, clock("t", "a"), end("out"), flow("late", "out"))
    assert starved(leads_out) == ["j"]
    beside = process(*parts, clock("t", "a", interrupting=False), end("out"), flow("late", "out"))
    assert starved(beside) == []
    comes_back = process(*parts, clock("t", "a"), xor("m"), flow("late", "m")).replace(
        b'sourceRef="a" targetRef="j"', b'sourceRef="a" targetRef="m"'
    ).replace(b"</process>", flow("m", "j").encode() + b"</process>")  # fmt: skip
    assert starved(comes_back) == []


def test_a_drawing_with_too_many_ways_through_is_passed_over_in_silence() -> None:
    parts = [start(), both("g"), both("j"), end(), chain("s", "g"), chain("j", "e")]
    for block in "abc":
        split, join = f"split{block}", f"join{block}"
        parts += [some(split, f"d{block}"), both(join), flow("g", split), flow(join, "j")]
        for way in range(7):
            parts += [users(f"u{block}{way}"), flow(f"u{block}{way}", join)]
            condition, id = (None, f"d{block}") if way == 6 else ("n", f"f{block}{way}")
            parts.append(flow(split, f"u{block}{way}", condition, id=id))
    assert starved(process(*parts)) == []


def test_two_inclusive_joins_that_wait_for_each_other_starve() -> None:
    drawing = process(
        start(), both("g"), some("i", "i_j"), some("j", "j_i"), xor("x", "x_e"), xor("y", "y_e"),
        users("a", "b"), end(),
        chain("s", "g"), flow("g", "i"), flow("g", "j"), chain("i", "a", "x"), chain("j", "b", "y"),
        flow("x", "j", "n", id="x_j"), flow("x", "e", id="x_e"), flow("y", "i", "n", id="y_i"),
        flow("y", "e", id="y_e"),
    )  # fmt: skip
    assert starved(drawing) == ["i", "j"]


@pytest.mark.parametrize("part", range(4))
def test_no_join_of_a_well_made_process_is_complained_about(part: int) -> None:
    for seed in range(part * 50, part * 50 + 50):
        made = make(seed, depth=2)
        for xml in (made.main, *made.others):
            assert starved(xml) == [], seed


def spoilt(made: Made, rnd: random.Random) -> bytes | None:
    """The same process with one join of another kind."""
    kinds = ["exclusiveGateway", "parallelGateway", "inclusiveGateway"]
    joins = re.findall(r'<(\w+Gateway) id="([mji]\d+)"', made.main.decode())
    if not joins:
        return None
    kind, id = rnd.choice(joins)
    other = rnd.choice([each for each in kinds if each != kind])
    return re.sub(
        rf'<{kind} id="{id}"([^>]*)></{kind}>', rf'<{other} id="{id}"\1></{other}>', made.main.decode()
    ).encode()


def gets_stuck(made: Made, xml: bytes, walks: int) -> bool:
    """Whether some random walk ends with nothing to do and the process not over."""
    drawn = Bundle.of(parse_definition(xml))
    for walk in range(walks):
        rnd = random.Random(walk)
        player = Player(drawn, doubts=lambda: False)
        player.start()
        for _ in range(60):
            if not player.ready:
                break
            element = rnd.choice(player.ready)
            player.do(element, **{name: rnd.choice(values) for name, values in made.answers[element].items()})
        if not player.ready and not player.last.completed:
            return True
    return False


@pytest.mark.parametrize("part", range(4))
def test_a_process_with_one_spoilt_join_gets_stuck_if_and_only_if_it_was_complained_about(part: int) -> None:
    told = quiet = 0
    for seed in range(part * 40, part * 40 + 40):
        made = make(seed, without=["clock", "call", "loop"], depth=1)
        xml = spoilt(made, random.Random(seed))
        if xml is None:
            continue
        try:
            parse_definition(xml)
        except BpmnRefused:
            continue
        if starved(xml):
            told += 1
            assert gets_stuck(made, xml, walks=150), seed
        else:
            quiet += 1
            assert not gets_stuck(made, xml, walks=8), seed
    assert told > 2 and quiet > 2
