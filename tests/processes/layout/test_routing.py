"""How flows are led: straight where they can, apart from one another, joined where they arrive together."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from processes import bpmn_file, library
from processes.layout import frame, graph, keeping, lay_out, messages, placing, routing, tracks
from tests.processes.layout.drawing import meetings, read
from tests.processes.layout.sketches import Sketch, chain, sketches


def decision(*branches: str) -> Sketch:
    nodes = [(node, "") for node in ("s", "g1", *branches, "e")]
    flows = [("s", "g1", ""), *(("g1", branch, "") for branch in branches), *((b, "e", "") for b in branches)]
    return Sketch(nodes, flows)


@pytest.mark.parametrize("branches", [("u1", "u2"), ("u1", "u2", "u3")])
def test_the_branches_of_a_decision_leave_by_sides_of_their_own(branches) -> None:
    drawing = read(lay_out(decision(*branches).xml()))

    starts = [path[0] for flow, path in drawing.edges.items() if drawing.ends[flow][0] == "g1"]
    assert len(set(starts)) == len(branches)
    assert meetings(drawing) == []


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


@pytest.mark.parametrize("identity", ["examination", "one_window_main", "route_commitment", "special_procedure"])
def test_flows_that_meet_are_led_again_until_none_does(identity) -> None:
    """Led once, the flow that comes first takes a place that a later one needs."""
    root = bpmn_file.read(library.processes()[identity].xml)
    process = graph.read(root)
    boxes = frame.build(process, keeping.kept(process, root) or {})
    once, mended = (routing.Router(process, boxes, [], messages.straight(process, boxes)) for _ in range(2))

    once.lead_once()
    mended.lead_all()

    assert once.badness()[0] > 0
    assert mended.badness()[0] == 0


@settings(max_examples=15)
@given(sketches())
def test_leading_again_never_makes_a_drawing_worse(sketch) -> None:
    process = graph.read(bpmn_file.read(sketch.xml()))
    boxes = frame.build(process, placing.place(process))
    once, mended = (routing.Router(process, boxes, [], []) for _ in range(2))

    once.lead_once()
    mended.lead_all()

    assert mended.badness() <= once.badness()


def test_a_flow_goes_around_a_message() -> None:
    """The short way back from the gateway is over the top, where the message comes down."""
    sketch = chain("s", "u0", "u1", "g1", "e")
    sketch.flows.append(("g1", "u0", ""))
    sketch.pools = (("P1",), ())
    sketch.messages = [("P1", "u1")]

    drawing = read(lay_out(sketch.xml()))

    assert meetings(drawing) == []
    lowest = max(area.y + area.height for area in drawing.nodes.values())
    assert any(y > lowest for _, y in drawing.edges["f4"])


def test_no_flow_arrives_where_a_message_leaves() -> None:
    sketch = chain("s", "u1", "e")
    sketch.nodes = [("s", "L2"), ("u1", "L1"), ("e", "L1")]
    sketch.lanes = ["L1", "L2"]
    sketch.pools = ((), ("P1",))
    sketch.messages = [("u1", "P1")]

    drawing = read(lay_out(sketch.xml()))

    assert drawing.edges["f0"][-1] != drawing.edges["m0"][0]
    assert meetings(drawing) == []
