"""Starting, completing, and what an advance tells."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.foundation.clock import CITY
from engine.foundation.errors import Conflict
from engine.process.bpmn import (
    Advance,
    FactsRefused,
    Instance,
    ProcessFault,
    Runtime,
    ServiceCall,
    TaskNotOpen,
)  # fmt: skip
from tests.engine.process.bpmn.dsl import (
    NOON,
    Player,
    both,
    bundle,
    call,
    chain,
    clock,
    end,
    flow,
    inner,
    no_service,
    node,
    process,
    service,
    start,
    terminate,
    user,
    users,
    xor,
)  # fmt: skip

LINE = process(start(), users("a", "b"), end(), chain("s", "a", "b", "e"))
DECIDED = process(
    start(), user("a"), xor("x", "no"), users("b", "c"), end(),
    chain("s", "a", "x"), flow("x", "b", "answer == '同意'"), flow("x", "c", id="no"), chain("b", "e"), flow("c", "e"),
)  # fmt: skip


def test_a_process_runs_from_its_start_to_its_end() -> None:
    player = Player(bundle(LINE))
    first = player.start(case_no="x")
    assert [task.element_id for task in first.opened] == ["a"]
    assert first.closed == () and not first.completed
    second = player.do("a")
    assert [task.element_id for task in second.opened] == ["b"]
    assert second.closed == (first.opened[0].task_no,)
    last = player.do("b", done=True)
    assert last.completed and last.ends == ("e",) and last.open_tasks == ()
    assert last.facts == {"case_no": "x", "done": True}


def test_a_task_that_was_open_before_is_not_told_as_opened_again() -> None:
    drawing = process(
        start(), both("g"), users("a", "a2", "b"), end("one"), end("two"),
        chain("s", "g", "a", "a2", "one"), chain("g", "b", "two"),
    )  # fmt: skip
    player = Player(bundle(drawing))
    assert [task.element_id for task in player.start().opened] == ["a", "b"]
    last = player.do("a")
    assert [task.element_id for task in last.opened] == ["a2"]
    assert sorted(task.element_id for task in last.open_tasks) == ["a2", "b"]
    assert len(last.closed) == 1


def test_an_open_task_tells_what_a_desk_needs_to_show_it() -> None:
    drawing = process(
        start(), user("a", form="accept", role="window_clerk", act="cases.accept"), end(), chain("s", "a", "e")
    )
    (task,) = Player(bundle(drawing)).start().open_tasks
    assert (task.process_id, task.element_id, task.name, task.lane) == ("p", "a", "名a", "L_window")
    assert (task.form, task.act, task.role, task.clauses) == ("accept", "cases.accept", "window_clerk", ("6.1.1",))


def test_what_was_passed_is_told_in_order_with_kind_lane_and_time() -> None:
    player = Player(bundle(DECIDED))
    player.start()
    passed = player.do("a", answer="同意").passed
    assert [(each.element_id, each.kind) for each in passed] == [("a", "userTask"), ("x", "exclusiveGateway")]
    assert {each.lane for each in passed} == {"L_window"} and {each.state for each in passed} == {"completed"}
    assert {each.at for each in passed} == {player.now}
    assert [each.task_no for each in passed] == sorted(each.task_no for each in passed)


def test_a_decision_takes_the_first_flow_of_the_file_that_holds_and_else_the_default() -> None:
    for answer, expected in (("同意", "b"), ("不同意", "c"), ("", "c")):
        player = Player(bundle(DECIDED))
        player.start()
        player.do("a", answer=answer)
        assert player.ready == [expected]
    both_hold = process(
        start(), user("a"), xor("x", "no"), users("b", "c", "d"), end(), chain("s", "a", "x"),
        flow("x", "c", "n > 1"), flow("x", "b", "n > 0"), flow("x", "d", id="no"),
        chain("b", "e"), flow("c", "e"), flow("d", "e"),
    )  # fmt: skip
    player = Player(bundle(both_hold))
    player.start()
    player.do("a", n=5)
    assert player.ready == ["c"]


def test_a_second_completion_of_a_task_is_refused_and_changes_nothing() -> None:
    player = Player(bundle(LINE))
    player.start()
    number = player.number("a")
    player.do(number)
    before = player.last
    for wrong in (number, 0, -1, 999, player.number("b") + 1):
        with pytest.raises(TaskNotOpen) as refused:
            player.do(wrong)
        assert refused.value.code == "TASK_NOT_OPEN" and isinstance(refused.value, Conflict)
        assert str(wrong) in refused.value.sentence
    assert player.do("b").completed and player.last is not before


def test_a_task_that_is_not_a_persons_cannot_be_completed() -> None:
    drawing = process(start(), call("c", "q"), end(), chain("s", "c", "e"))
    called = process(start(), user("a"), end(), chain("s", "a", "e"), id="q", inputs=[])
    player = Player(bundle(drawing, called))
    player.start()
    for number in range(1, player.last.next_id):
        if number != player.number("a"):
            with pytest.raises(TaskNotOpen):
                player.do(number)


def test_nothing_can_be_completed_once_the_process_has_ended() -> None:
    player = Player(bundle(LINE))
    player.start()
    player.do("a")
    number = player.number("b")
    player.do("b")
    with pytest.raises(TaskNotOpen):
        player.do(number)


def test_a_terminate_end_closes_what_is_still_open() -> None:
    drawing = process(
        start(), both("g"), users("a", "b"), terminate("stop"), end("e"),
        chain("s", "g", "a", "stop"), chain("g", "b", "e"),
    )  # fmt: skip
    player = Player(bundle(drawing))
    player.start()
    open_b = player.number("b")
    last = player.do("a", why="withdrawn")
    assert last.completed and last.ends == ("stop",) and open_b in last.closed
    assert [(each.element_id, each.state) for each in last.passed] == [
        ("a", "completed"), ("stop", "completed"), ("b", "cancelled"),
    ]  # fmt: skip
    assert last.facts["why"] == "withdrawn"


def test_a_terminate_end_closes_an_open_call_with_everything_in_it() -> None:
    drawing = process(
        start(), both("g"), user("a"), call("c", "q"), clock("t", "c"), terminate("stop"), end("e"), end("late"),
        chain("s", "g", "a", "stop"), chain("g", "c", "e"), chain("t", "late"),
    )  # fmt: skip
    called = process(start(), user("inside"), end(), chain("s", "inside", "e"), id="q", inputs=[])
    player = Player(bundle(drawing, called))
    player.start()
    inside = player.number("inside")
    last = player.do("a")
    assert last.completed and inside in last.closed and last.armed == () and last.open_tasks == ()
    assert {each.element_id for each in last.passed if each.state == "cancelled"} == {"c", "inside"}


def test_a_terminate_end_stops_what_was_about_to_run_by_itself() -> None:
    drawing = process(
        start(), user("a"), both("g"), terminate("stop"), service("v", "x"), end(),
        chain("s", "a", "g", "stop"), chain("g", "v", "e"),
    )  # fmt: skip
    player = Player(bundle(drawing))
    player.start()
    assert player.do("a").completed and player.calls == []


def test_a_terminate_end_in_a_called_process_ends_only_that_process_and_gives_its_outputs() -> None:
    drawing = process(start(), call("c", "q"), user("z"), end(), chain("s", "c", "z", "e"))
    called = process(
        start(), both("g"), users("a", "b"), terminate("stop"), end("e"),
        chain("s", "g", "a", "stop"), chain("g", "b", "e"), id="q", inputs=[], outputs=["why"],
    )  # fmt: skip
    player = Player(bundle(drawing, called))
    player.start()
    last = player.do("a", why="x")
    assert player.ready == ["z"] and last.facts == {"why": "x"} and last.ends == ()


def test_an_embedded_subprocess_shares_the_facts_and_is_told_once_it_is_over() -> None:
    drawing = process(
        start(), inner("sub", start("s2"), user("a"), end("e2"), chain("s2", "a", "e2")), user("b"), end(),
        chain("s", "sub", "b", "e"),
    )  # fmt: skip
    player = Player(bundle(drawing))
    player.start(n=1)
    assert player.last.open_tasks[0].lane == "L_window" and player.last.open_tasks[0].process_id == "p"
    player.do("a", n=2)
    assert player.passed == ["a", "e2", "sub"] and player.last.facts == {"n": 2} and player.last.ends == ()


def test_embedded_subprocesses_of_two_files_may_have_the_same_id() -> None:
    def drawing(id: str, last: str, **more: Any) -> bytes:
        body = inner("sub", start("s2"), user(last), end("e2"), chain("s2", last, "e2"))
        after = call("c", "q") if id == "p" else user("w")
        return process(start(), body, after, end(), chain("s", "sub", "c" if id == "p" else "w", "e"), id=id, **more)

    player = Player(bundle(drawing("p", "x"), drawing("q", "y", inputs=[])))
    player.start()
    assert player.ready == ["x"]
    player.do("x")
    assert player.ready == ["y"]


def test_a_milestone_is_passed_through() -> None:
    drawing = process(start(), node("intermediateThrowEvent", "t"), user("a"), end(), chain("s", "t", "a", "e"))
    player = Player(bundle(drawing))
    player.start()
    assert player.passed == ["s", "t"]


# Services


def test_a_service_gets_its_parameters_and_the_facts_and_its_facts_are_kept() -> None:
    drawing = process(
        start(), user("a"), service("v", "cases.dispatch", outcome="'closed'", double="n * 2"), user("b"), end(),
        chain("s", "a", "v", "b", "e"),
    )  # fmt: skip
    player = Player(bundle(drawing), {"cases.dispatch": lambda wanted: {"has_paper": True, "case_type": "instant"}})
    player.start(case_no="k")
    last = player.do("a", n=4)
    (asked,) = player.calls
    assert (asked.process_id, asked.element_id, asked.name) == ("p", "v", "cases.dispatch")
    assert asked.parameters == {"outcome": "closed", "double": 8} and asked.facts == {"case_no": "k", "n": 4}
    assert last.facts == {"case_no": "k", "n": 4, "has_paper": True, "case_type": "instant"}
    (told,) = last.services
    assert (told.element_id, told.name, told.parameters) == ("v", "cases.dispatch", asked.parameters)
    assert told.result == {"has_paper": True, "case_type": "instant"}


def test_a_service_that_answers_nothing_sets_nothing() -> None:
    drawing = process(start(), service("v", "x"), user("a"), end(), chain("s", "v", "a", "e"))
    assert Player(bundle(drawing), {"x": lambda wanted: None}).start(n=1).facts == {"n": 1}


def test_what_a_service_does_to_the_facts_it_was_given_changes_nothing() -> None:
    def greedy(wanted: ServiceCall) -> None:
        wanted.facts["list"].append("more")
        wanted.facts.clear()

    drawing = process(start(), service("v", "x"), user("a"), end(), chain("s", "v", "a", "e"))
    assert Player(bundle(drawing), {"x": greedy}).start(list=["one"]).facts == {"list": ["one"]}


class Broken(RuntimeError):
    pass


@pytest.mark.parametrize("failure", [Broken("boom"), KeyError("k"), TaskNotOpen(task_no=7), ValueError()])
def test_the_exception_of_a_service_passes_through_unchanged_and_nothing_is_kept(failure: Exception) -> None:
    drawing = process(start(), user("a"), service("v", "x"), user("b"), end(), chain("s", "a", "v", "b", "e"))
    runtime, made = Runtime(), bundle(drawing)
    first = runtime.start(made, {}, now=NOON, call_service=no_service)
    runtime.remember("k", 1, first)
    instance = Instance("k", 1, first.snapshot)

    def fails(wanted: ServiceCall) -> None:
        raise failure

    with pytest.raises(type(failure)) as raised:
        runtime.complete(made, instance, first.open_tasks[0].task_no, {"n": 1}, now=NOON, call_service=fails)
    assert raised.value is failure
    again = runtime.complete(
        made, instance, first.open_tasks[0].task_no, {"n": 2}, now=NOON, call_service=lambda wanted: None
    )
    assert again.facts == {"n": 2}


@pytest.mark.parametrize("failure", [SystemExit(3), GeneratorExit()])
def test_a_service_cannot_end_the_thread_it_runs_in(failure: BaseException) -> None:
    def fails(wanted: ServiceCall) -> None:
        raise failure

    drawing = process(start(), service("v", "x"), user("a"), end(), chain("s", "v", "a", "e"))
    with pytest.raises(ProcessFault, match="名v"):
        Runtime().start(bundle(drawing), {}, now=NOON, call_service=fails)


def test_a_person_who_stops_the_program_is_obeyed() -> None:
    def stopped(wanted: ServiceCall) -> None:
        raise KeyboardInterrupt

    drawing = process(start(), service("v", "x"), user("a"), end(), chain("s", "v", "a", "e"))
    with pytest.raises(KeyboardInterrupt):
        Runtime().start(bundle(drawing), {}, now=NOON, call_service=stopped)


@pytest.mark.parametrize("answer", [{"a b": 1}, {"n": {"deep": 1}}, {"n": object()}, ["n"], {"n": [[1]]}, {3: 1}])
def test_a_service_may_only_answer_with_short_plain_facts(answer: Any) -> None:
    drawing = process(start(), service("v", "x"), user("a"), end(), chain("s", "v", "a", "e"))
    with pytest.raises(FactsRefused):
        Runtime().start(bundle(drawing), {}, now=NOON, call_service=lambda wanted: answer)


class Hostile(dict[str, int]):
    """An answer that breaks whoever looks into it."""

    def items(self):
        raise ArithmeticError


def test_whatever_breaks_inside_becomes_a_fault_that_names_the_place_and_not_a_traceback() -> None:
    drawing = process(start(), service("v", "x"), user("a"), end(), chain("s", "v", "a", "e"))
    with pytest.raises(ProcessFault, match="名v") as fault:
        Runtime().start(bundle(drawing), {}, now=NOON, call_service=lambda wanted: Hostile(n=1))
    assert "ArithmeticError" in fault.value.sentence and isinstance(fault.value.__cause__, ArithmeticError)


# Faults of the drawing that only show when it runs


def test_a_condition_that_cannot_be_answered_names_the_gateway_and_what_is_missing() -> None:
    player = Player(bundle(DECIDED))
    player.start()
    with pytest.raises(ProcessFault, match="answer") as fault:
        player.do("a")
    assert "名x" in fault.value.sentence and fault.value.code == "PROCESS_FAULT"
    player.do("a", answer="同意")
    assert player.ready == ["b"]


def test_a_parameter_that_fails_names_the_service_task() -> None:
    drawing = process(start(), service("v", "x", n="1 / zero"), user("a"), end(), chain("s", "v", "a", "e"))
    with pytest.raises(ProcessFault, match="名v"):
        Player(bundle(drawing)).start(zero=0)


def test_a_loop_that_turns_by_itself_is_stopped() -> None:
    # The called process has no person in it, which the drawing of the caller does not show.
    drawing = process(
        start(), xor("m"), call("c", "q"), xor("x", "back"), end(),
        chain("s", "m", "c", "x"), flow("x", "e", "out"), flow("x", "m", id="back"),
    )  # fmt: skip
    called = process(start(), end(), chain("s", "e"), id="q", inputs=[])
    with pytest.raises(ProcessFault, match="循环"):
        Player(bundle(drawing, called)).start(out=False)


@pytest.mark.parametrize("facts", [{"1a": 1}, {"a": object()}, {"a": float("nan")}, {"_a": 1}, {"a": "长" * 2000}])
def test_facts_that_do_not_belong_into_a_process_are_refused(facts: dict[str, Any]) -> None:
    with pytest.raises(FactsRefused):
        Runtime().start(bundle(LINE), facts, now=NOON, call_service=no_service)


def test_an_advance_needs_an_instant_that_says_where_it_is() -> None:
    with pytest.raises(ValueError, match="aware"):
        Runtime().start(bundle(LINE), {}, now=datetime(2026, 1, 1), call_service=no_service)  # noqa: DTZ001 - that it is naive is the point


def test_times_are_told_in_utc_whatever_the_zone_of_the_instant() -> None:
    told = Runtime().start(bundle(LINE), {}, now=NOON.astimezone(CITY), call_service=no_service).passed[0].at
    assert told == NOON and told.tzinfo is UTC


def test_the_same_moves_give_the_same_advance_on_a_freshly_read_definition() -> None:
    def played() -> list[Advance]:
        player = Player(bundle(DECIDED))
        return [player.start(case="k"), player.do("a", answer="同意"), player.do("b")]

    assert played() == played()
