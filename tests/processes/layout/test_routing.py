"""How flows are led: straight where they can, apart from one another, joined where they arrive together."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings

from processes import bpmn_file, library
from processes.layout import frame, graph, lay_out, placing, tracks
from tests.processes.layout.drawing import Drawing, Point, read
from tests.processes.layout.sketches import Sketch, chain, sketches
from tests.processes.words import PROCESSES


def on_top_of_each_other(drawing: Drawing) -> list[tuple[str, str]]:
    """Return the pairs of flows with different targets that share a piece of line."""
    return [
        (one, other)
        for (one, path), (other, other_path) in combinations(drawing.edges.items(), 2)
        if drawing.ends[one][1] != drawing.ends[other][1]
        and any(_share(first, second) for first in pairwise(path) for second in pairwise(other_path))
    ]


def _share(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    for axis in (0, 1):
        same_line = one[0][axis] == one[1][axis] == other[0][axis] == other[1][axis]
        low = max(min(end[1 - axis] for end in one), min(end[1 - axis] for end in other))
        high = min(max(end[1 - axis] for end in one), max(end[1 - axis] for end in other))
        if same_line and low < high:
            return True
    return False


def decision(*branches: str) -> Sketch:
    nodes = [(node, "") for node in ("s", "g1", *branches, "e")]
    flows = [("s", "g1", ""), *(("g1", branch, "") for branch in branches), *((b, "e", "") for b in branches)]
    return Sketch(nodes, flows)


@pytest.mark.parametrize("identity", PROCESSES)
def test_flows_to_different_targets_never_run_on_top_of_each_other(identity) -> None:
    assert on_top_of_each_other(read(library.processes()[identity].xml)) == []


@pytest.mark.parametrize("branches", [("u1", "u2"), ("u1", "u2", "u3")])
def test_the_branches_of_a_decision_leave_by_sides_of_their_own(branches) -> None:
    drawing = read(lay_out(decision(*branches).xml()))

    starts = [path[0] for flow, path in drawing.edges.items() if drawing.ends[flow][0] == "g1"]
    assert len(set(starts)) == len(branches)
    assert on_top_of_each_other(drawing) == []


def test_the_first_branch_runs_straight_on() -> None:
    drawing = read(lay_out(decision("u1", "u2").xml()))

    assert len(drawing.edges["f1"]) == 2


def test_two_loops_into_one_gateway_arrive_as_one_line() -> None:
    """Otherwise the second would wind around the gateway and cross the way of the story."""
    sketch = chain("s", "g1", "u1", "g2", "e")
    sketch.nodes += [("u2", ""), ("u3", "")]
    sketch.flows += [("g2", "u2", ""), ("u2", "g1", ""), ("g2", "u3", ""), ("u3", "g1", "")]
    drawn = read(lay_out(sketch.xml()))
    gateway = drawn.nodes["g1"]

    assert drawn.edges["f5"][-1] == drawn.edges["f7"][-1]
    assert drawn.edges["f5"][-1] == (gateway.x + gateway.width // 2, gateway.y + gateway.height)


def test_a_loop_over_one_task_leaves_and_comes_back_to_it() -> None:
    sketch = chain("s", "u1", "e")
    sketch.flows.append(("u1", "u1", ""))

    path = read(lay_out(sketch.xml())).edges["f2"]

    assert path[0] != path[-1]
    assert len(path) >= 4


def test_a_flow_around_the_first_and_the_last_node_finds_room() -> None:
    sketch = chain("g1", "u1", "g2")
    sketch.flows += [("g2", "g1", ""), ("g2", "u1", ""), ("u1", "g1", "")]

    drawing = read(lay_out(sketch.xml()))

    assert set(drawing.edges) == {"f0", "f1", "f2", "f3", "f4"}


@settings(max_examples=40)
@given(sketches())
def test_no_line_lies_on_a_border_of_a_lane(sketch) -> None:
    process = graph.read(bpmn_file.read(sketch.xml()))
    boxes = frame.build(process, placing.place(process))

    borders = {y for box in boxes.lanes.values() for y in (box.y, box.bottom)}

    assert not borders & set(tracks.Tracks(boxes).ys)


@settings(max_examples=40)
@given(sketches())
def test_every_shape_has_a_line_through_its_middle_and_a_free_way_out(sketch) -> None:
    process = graph.read(bpmn_file.read(sketch.xml()))
    boxes = frame.build(process, placing.place(process))
    lines = tracks.Tracks(boxes)

    for node, box in boxes.nodes.items():
        x = box.centre[0]
        ways = [lines.above_or_below(box, x, downwards=True), lines.above_or_below(box, x, downwards=False)]
        if process.nodes[node].host is None:
            ways += [lines.beside(box, rightwards=True), lines.beside(box, rightwards=False)]
        assert any(way is not None for way in ways), node


@settings(max_examples=40)
@given(sketches())
def test_a_crossing_is_blocked_exactly_when_a_shape_stands_near(sketch) -> None:
    process = graph.read(bpmn_file.read(sketch.xml()))
    boxes = frame.build(process, placing.place(process))
    lines = tracks.Tracks(boxes)

    for column in range(0, len(lines.xs), 3):
        for row in range(len(lines.ys)):
            near = any(box.grown(tracks.CLEARANCE).contains(lines.point((column, row))) for box in boxes.nodes.values())
            assert lines.free((column, row)) == (not near)
    assert not lines.free((-1, 0))
    assert not lines.free((len(lines.xs), 0))
