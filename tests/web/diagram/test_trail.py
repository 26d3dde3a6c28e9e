"""Marks and taken flows are what the steps of a case say, in any order of gateways, loops and calls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.process.bpmn.picture import Box, Edge, Picture, Shape
from engine.process.bpmn.standing import Standing
from engine.process.tasks.queries import Step
from web.diagram.trail import CANCELLED, PASSED, PLAIN, STANDING, Trail, trail

NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PLACE = Box(0, 0, 100, 80)
KINDS = {
    "start": "startEvent", "again": "exclusiveGateway", "review": "userTask", "result": "exclusiveGateway",
    "accept": "userTask", "correct": "userTask", "paper": "exclusiveGateway", "sign": "userTask",
    "merge": "exclusiveGateway", "late": "boundaryEvent", "fork": "parallelGateway", "one": "userTask",
    "two": "userTask", "join": "parallelGateway", "end": "endEvent",
}  # fmt: skip
FLOWS = (
    "start again", "again review", "review result", "result accept", "result correct", "correct again", "accept paper",
    "paper sign", "paper merge", "sign merge", "merge fork", "fork one", "fork two", "one join", "two join", "join end",
    "late accept",
)  # fmt: skip


def picture() -> Picture:
    shapes = tuple(Shape(id, kind, id, PLACE, None) for id, kind in KINDS.items())
    ends = [(flow, *flow.split()) for flow in FLOWS]
    edges = tuple(Edge(id, "sequence", "", source, target, ((0, 0), (1, 1)), None) for id, source, target in ends)
    return Picture("p", "流程", shapes, edges, PLACE)


def step(number: int, element: str, state: str = "completed", process: str = "p") -> Step:
    at = NINE + timedelta(minutes=number)
    return Step(number, 0, number, process, element, KINDS.get(element, ""), element, "L", state, at, "W01")


def after(elements: str, *here: str) -> Trail:
    """Return the trail after these elements were passed, standing at ``here``."""
    steps = [step(number, element) for number, element in enumerate(elements.split(), 1)]
    return trail(picture(), steps, [Standing("p", id, 90, NINE + timedelta(hours=1)) for id in here], ())


def into(found: Trail, target: str) -> set[str]:
    return {flow.split()[0] for flow in found.taken if flow.split()[1] == target}


def test_what_was_passed_has_its_time_person_and_count():
    found = after("start again review result correct again review")
    mark = found.of("review")
    assert (mark.state, mark.times, mark.account, mark.at) == (PASSED, 2, "W01", NINE + timedelta(minutes=7))
    assert found.of("accept").state == PLAIN


def test_a_standing_element_wins_over_its_earlier_passing_and_keeps_the_count():
    mark = after("start again review result correct again", "review").of("review")
    assert (mark.state, mark.times, mark.since) == (STANDING, 1, NINE + timedelta(hours=1))


def test_a_cancelled_element_is_marked_as_cancelled():
    steps = [step(1, "start"), step(2, "again"), step(3, "review", "cancelled")]
    mark = trail(picture(), steps, (), ()).of("review")
    assert (mark.state, mark.at) == (CANCELLED, NINE + timedelta(minutes=3))


def test_only_the_flow_that_was_taken_into_a_merge_is_marked():
    assert into(after("start again review"), "again") == {"start"}
    assert into(after("start again review result correct again"), "again") == {"start", "correct"}


def test_the_way_past_a_skipped_task_is_not_the_way_through_it():
    begin = "start again review result accept paper"
    assert into(after(f"{begin} sign merge"), "merge") == {"sign"}
    assert into(after(f"{begin} merge"), "merge") == {"paper"}


def test_a_parallel_join_was_reached_by_all_its_flows_and_other_elements_by_one():
    found = after("start again review result accept paper merge fork two one join end")
    assert into(found, "join") == {"one", "two"}
    assert into(found, "end") == {"join"}


def test_the_flow_to_where_the_case_stands_is_taken_and_those_after_it_are_not():
    found = after("start again review result", "accept")
    assert into(found, "accept") == {"result"}
    assert into(found, "paper") == set()


def test_a_boundary_event_that_fired_is_where_the_flow_came_from():
    assert into(after("start again late accept"), "accept") == {"late"}


def test_a_listening_boundary_event_is_armed_and_not_standing():
    mark = after("start again", "review", "late").of("late")
    assert (mark.state, mark.armed, mark.since) == (PLAIN, True, NINE + timedelta(hours=1))


def test_steps_and_tokens_of_another_process_do_not_mark_this_one():
    found = trail(picture(), [step(1, "review", process="other")], [Standing("other", "accept", 1, NINE)], ())
    assert (found.of("review").state, found.of("accept").state, found.taken) == (PLAIN, PLAIN, frozenset())
