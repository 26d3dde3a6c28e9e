"""Where branches meet, round after round."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.util.task import TaskState

from tests.engine.process.bpmn.dsl import (
    Player,
    both,
    bundle,
    chain,
    end,
    flow,
    process,
    some,
    start,
    user,
    users,
    xor,
)  # fmt: skip


def rework(gateway: str) -> bytes:
    """Two branches that meet, then a decision that sends both back."""
    split, join = (both("g"), both("j")) if gateway == "parallel" else (some("g", "g_b"), some("j"))
    to_a = flow("g", "a") if gateway == "parallel" else flow("g", "a", "True")
    return process(
        start(), xor("m"), split, join, users("a", "b", "c"), xor("x", "out"), end(),
        chain("s", "m", "g"), to_a, flow("g", "b", id="g_b"),
        chain("a", "j", "c", "x"), flow("b", "j"), flow("x", "m", "again"), flow("x", "e", id="out"),
    )  # fmt: skip


def three_ways() -> bytes:
    """An inclusive block of three branches, the second of two steps, in a rework loop."""
    return process(
        start(), xor("m"), user("ask"), some("g", "g_d"), some("j"), users("a", "b", "b2", "d", "c"),
        xor("x", "out"), end(),
        chain("s", "m", "ask", "g"), flow("g", "a", "p1"), flow("g", "b", "p2"), flow("g", "d", id="g_d"),
        chain("a", "j", "c", "x"), chain("b", "b2", "j"), flow("d", "j"),
        flow("x", "m", "again"), flow("x", "e", id="out"),
    )  # fmt: skip


@pytest.mark.parametrize("orders", list(product(("ab", "ba"), repeat=4)))
def test_a_parallel_join_in_a_rework_loop_waits_for_both_branches_in_every_order(orders: tuple[str, ...]) -> None:
    player = Player(bundle(rework("parallel")))
    player.start()
    for number, order in enumerate(orders):
        first, second = list(order)
        assert player.ready == ["a", "b"]
        player.do(first)
        assert player.ready == [second]
        player.do(second)
        assert player.ready == ["c"]
        player.do("c", again=number < len(orders) - 1)
    assert player.last.completed


def test_stock_spiffworkflow_still_fires_that_join_early_which_is_why_ours_exists() -> None:
    parser = BpmnParser()
    parser.add_bpmn_str(rework("parallel"))
    workflow = BpmnWorkflow(parser.get_spec("p"))

    def do(name: str, **facts: Any) -> None:
        task = next(t for t in workflow.get_tasks(state=TaskState.READY, manual=True) if t.task_spec.name == name)
        task.data.update(facts)
        task.run()
        workflow.do_engine_steps()

    workflow.do_engine_steps()
    for name in ("a", "b"):
        do(name)
    do("c", again=True)
    do("b")
    ready = {task.task_spec.name for task in workflow.get_tasks(state=TaskState.READY, manual=True)}
    assert "c" in ready and "a" in ready


@pytest.mark.parametrize("ways", list(product([(True, True), (True, False), (False, True), (False, False)], repeat=2)))
def test_an_inclusive_join_in_a_rework_loop_waits_for_exactly_the_branches_taken(
    ways: tuple[tuple[bool, bool], ...],
) -> None:
    player = Player(bundle(three_ways()))
    player.start()
    for number, (one, two) in enumerate(ways):
        player.do("ask", p1=one, p2=two)
        open_now = {"a"} if one else set()
        open_now |= {"b"} if two else set()
        open_now = open_now or {"d"}
        while open_now:
            assert set(player.ready) == open_now
            element = sorted(open_now, reverse=number % 2 == 1)[0]
            open_now.discard(element)
            player.do(element)
            if element == "b":
                open_now.add("b2")
        assert player.ready == ["c"]
        player.do("c", again=number < len(ways) - 1)
    assert player.last.completed


def test_the_join_is_passed_once_and_by_no_task_of_its_own_for_each_branch() -> None:
    player = Player(bundle(rework("parallel")))
    player.start()
    player.do("a")
    assert player.passed == ["a"]
    player.do("b")
    assert player.passed == ["b", "j"]


def test_a_fact_changed_in_one_branch_survives_the_other_branch_ending_last() -> None:
    player = Player(bundle(rework("parallel")))
    player.start(kept="old", other=1)
    player.do("a", kept="new")
    player.do("b", other=2)
    assert player.last.facts == {"kept": "new", "other": 2}
    player.do("c", again=True)
    player.do("b", kept="newest")
    player.do("a", other=3)
    assert player.last.facts == {"kept": "newest", "other": 3, "again": True}


def test_the_facts_of_the_process_are_those_of_all_its_open_branches_together() -> None:
    player = Player(bundle(rework("parallel")))
    player.start(case="k")
    player.do("a", seen=1)
    assert player.last.facts == {"case": "k", "seen": 1}


def test_a_branch_that_is_led_away_does_not_keep_an_inclusive_join_waiting() -> None:
    drawing = process(
        start(), some("g", "g_b"), some("j"), users("a", "b", "c"), xor("x", "away"), end("e"), end("gone"),
        chain("s", "g"), flow("g", "a", "True"), flow("g", "b", "True", id="g_b2"), flow("g", "c", id="g_b"),
        flow("a", "j"), chain("b", "x"), flow("x", "j", "stay"), flow("x", "gone", id="away"),
        flow("c", "j"), chain("j", "e"),
    )  # fmt: skip
    player = Player(bundle(drawing))
    player.start()
    player.do("a")
    assert player.ready == ["b"] and not player.last.completed
    player.do("b", stay=False)
    assert player.last.completed
    assert player.last.ends == ("gone", "e")


def test_two_flows_from_one_gateway_into_one_join_count_as_two() -> None:
    drawing = process(
        start(), both("g"), both("j"), user("c"), end(),
        chain("s", "g"), flow("g", "j", id="one"), flow("g", "j", id="two"), chain("j", "c", "e"),
    )  # fmt: skip
    player = Player(bundle(drawing))
    player.start()
    assert player.ready == ["c"]


def test_a_second_token_on_a_flow_waits_for_the_next_round_of_the_join() -> None:
    # Both branches of the first block run into the same flow of the second join, one after the other.
    drawing = process(
        start(), both("g"), xor("m"), both("h"), both("j"), users("a", "b", "k", "c"), end(),
        chain("s", "g"), flow("g", "a"), flow("g", "b"), flow("g", "h"), flow("a", "m"), flow("b", "m"),
        chain("m", "j"), chain("h", "k", "j"), chain("j", "c", "e"),
    )  # fmt: skip
    player = Player(bundle(drawing))
    player.start()
    player.do("a")
    player.do("b")
    assert player.ready == ["k"]
    player.do("k")
    assert player.ready == ["c"]
    player.do("c")
    assert not player.last.completed


def test_a_second_token_on_a_flow_into_an_inclusive_join_fires_it_again() -> None:
    drawing = process(
        start(), both("g"), xor("m"), some("j"), users("a", "b", "k", "c"), end(),
        chain("s", "g", "a", "m", "j", "c", "e"), chain("g", "b", "m"), chain("g", "k", "j"),
    )  # fmt: skip
    player = Player(bundle(drawing))
    player.start()
    player.do("a")
    player.do("b")
    assert player.ready == ["k"]
    player.do("k")
    assert player.ready == ["c", "c"]


def test_the_process_ends_only_when_its_last_branch_has_ended() -> None:
    drawing = process(
        start(), both("g"), users("a", "b"), end("one"), end("two"),
        chain("s", "g", "a", "one"), chain("g", "b", "two"),
    )  # fmt: skip
    player = Player(bundle(drawing))
    player.start()
    player.do("a", left=1)
    assert player.last.ends == ("one",) and not player.last.completed
    player.do("b", right=2)
    assert player.last.ends == ("two",) and player.last.completed
    assert player.last.facts == {"left": 1, "right": 2}


def test_a_change_in_one_branch_survives_when_both_branches_are_long_and_their_beginning_is_forgotten() -> None:
    drawing = process(
        start(), user("u"), both("g"), both("j"), users("a1", "a2", "b1", "b2", "c"), end(),
        chain("s", "u", "g", "a1", "a2", "j", "c", "e"), chain("g", "b1", "b2", "j"),
    )  # fmt: skip
    player = Player(bundle(drawing))
    player.start(k=0)
    player.do("u", k=1)
    player.do("a1")
    player.do("b1")
    player.do("a2", k=2)
    player.do("b2")
    assert player.last.facts["k"] == 2
