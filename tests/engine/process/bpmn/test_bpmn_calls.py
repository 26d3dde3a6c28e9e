"""Called processes: exactly the declared data goes in and comes out."""

from __future__ import annotations

import pytest

from engine.process.bpmn import ProcessFault
from tests.engine.process.bpmn.dsl import (
    Player,
    both,
    bundle,
    call,
    chain,
    end,
    flow,
    process,
    start,
    user,
    xor,
)  # fmt: skip

ONE_CALL = process(start(), call("c", "q"), user("z"), end(), chain("s", "c", "z", "e"))


def called(*, inputs: list[str], outputs: list[str], id: str = "q") -> bytes:
    return process(
        start(), user(f"work_{id}"), end(), chain("s", f"work_{id}", "e"), id=id, inputs=inputs, outputs=outputs
    )


def test_only_declared_inputs_go_in_and_only_declared_outputs_come_out() -> None:
    probe = process(
        start(), user("w"), xor("x", "no"), user("leaked"), end(),
        chain("s", "w", "x"), flow("x", "leaked", "secret == 1"), flow("x", "e", id="no"), chain("leaked", "e"),
        id="q", inputs=["case_no"], outputs=["decision"],
    )  # fmt: skip
    player = Player(bundle(ONE_CALL, probe))
    player.start(case_no="k", secret=1)
    with pytest.raises(ProcessFault, match="secret"):
        player.do("w", decision="grant")
    player = Player(bundle(ONE_CALL, called(inputs=["case_no"], outputs=["decision"])))
    player.start(case_no="k", secret=1)
    player.do("work_q", decision="grant", note="stays inside")
    assert player.last.facts == {"case_no": "k", "secret": 1, "decision": "grant"}


def test_a_declaration_without_any_data_lets_nothing_through_in_either_direction() -> None:
    player = Player(bundle(ONE_CALL, called(inputs=[], outputs=[])))
    player.start(case_no="k")
    player.do("work_q", decision="grant")
    assert player.last.facts == {"case_no": "k"}


def test_a_missing_input_names_the_call_and_the_fact() -> None:
    with pytest.raises(ProcessFault, match="case_no") as fault:
        Player(bundle(ONE_CALL, called(inputs=["case_no"], outputs=[]))).start()
    assert "名c" in fault.value.sentence


def test_a_missing_output_names_the_call_and_the_fact() -> None:
    player = Player(bundle(ONE_CALL, called(inputs=[], outputs=["decision"])))
    player.start()
    with pytest.raises(ProcessFault, match="decision"):
        player.do("work_q")


@pytest.mark.parametrize("order", [("work_q", "work_r"), ("work_r", "work_q")])
def test_parallel_calls_do_not_overwrite_each_others_results(order: tuple[str, str]) -> None:
    drawing = process(
        start(), both("g"), both("j"), call("c", "q"), call("d", "r"), user("z"), end(),
        chain("s", "g", "c", "j", "z", "e"), chain("g", "d", "j"),
    )  # fmt: skip
    player = Player(bundle(
        drawing, called(inputs=[], outputs=["food"]), called(inputs=[], outputs=["fire"], id="r")
    ))  # fmt: skip
    player.start(food="open", fire="open", case="k")
    for element in order:
        player.do(element, food="deny", fire="grant")
    assert player.ready == ["z"]
    assert player.last.facts == {"food": "deny", "fire": "grant", "case": "k"}


def test_calls_may_nest_and_the_innermost_end_continues_all_the_way_up() -> None:
    middle = process(start(), call("d", "r"), end("em"), chain("s", "d", "em"), id="q", inputs=["n"], outputs=["n"])
    player = Player(bundle(ONE_CALL, middle, called(inputs=["n"], outputs=["n"], id="r")))
    player.start(n=1)
    last = player.do("work_r", n=2)
    assert [each.element_id for each in last.passed] == ["work_r", "e", "d", "em", "c"]
    assert [each.process_id for each in last.passed] == ["r", "r", "q", "q", "p"]
    assert last.facts == {"n": 2} and last.ends == ()


def test_the_same_process_may_be_called_twice_at_once() -> None:
    drawing = process(
        start(), both("g"), both("j"), call("c", "q"), call("d", "q"), user("z"), end(),
        chain("s", "g", "c", "j", "z", "e"), chain("g", "d", "j"),
    )  # fmt: skip
    player = Player(bundle(drawing, called(inputs=[], outputs=[])))
    player.start()
    assert player.ready == ["work_q", "work_q"]
    player.do("work_q")
    player.do("work_q")
    assert player.ready == ["z"]


def test_a_call_that_ends_at_once_is_passed_in_the_same_advance() -> None:
    quick = process(start(), end("eq"), chain("s", "eq"), id="q", inputs=[])
    player = Player(bundle(ONE_CALL, quick))
    assert [each.element_id for each in player.start().passed] == ["s", "s", "eq", "c"]
    assert player.ready == ["z"]
