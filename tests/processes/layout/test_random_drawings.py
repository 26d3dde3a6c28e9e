"""Whatever process is laid out, its drawing is right; small ones are also drawn as a person would."""

from __future__ import annotations

import re

from hypothesis import given, settings
from lxml import etree

from processes.layout import lay_out
from tests.processes.layout.drawing import faults, hidden_labels, meetings, read
from tests.processes.layout.sketches import Sketch, chain, sketches

DIAGRAM = re.compile(rb"\s*<bpmndi:BPMNDiagram.*</bpmndi:BPMNDiagram>\s*", re.DOTALL)


def bends(path: tuple[tuple[int, int], ...]) -> int:
    return len(path) - 2


@settings(max_examples=25)
@given(sketches())
def test_every_process_is_drawn_without_faults(sketch) -> None:
    assert faults(read(lay_out(sketch.xml()))) == []


@settings(max_examples=25)
@given(sketches())
def test_laying_out_twice_changes_nothing(sketch) -> None:
    once = lay_out(sketch.xml())

    assert lay_out(once) == once


@settings(max_examples=25)
@given(sketches())
def test_only_the_diagram_is_written(sketch) -> None:
    undrawn = DIAGRAM.sub(b"", lay_out(sketch.xml()))

    assert etree.canonicalize(undrawn.decode()) == etree.canonicalize(sketch.xml().decode())


@settings(max_examples=25)
@given(sketches())
def test_everything_in_the_process_is_drawn(sketch) -> None:
    drawing = read(lay_out(sketch.xml()))

    assert set(drawing.nodes) == {node for node, _ in sketch.nodes} | set(sketch.boundaries)
    assert set(drawing.edges) == set(drawing.ends)
    assert set(drawing.lanes) == set(sketch.lanes)


def test_a_chain_runs_straight_from_left_to_right() -> None:
    drawing = read(lay_out(chain("s", "u1", "u2", "e").xml()))

    assert all(bends(path) == 0 for path in drawing.edges.values())
    assert [node for node, _ in sorted(drawing.nodes.items(), key=lambda entry: entry[1].x)] == ["s", "u1", "u2", "e"]


def test_a_flow_into_the_next_lane_runs_straight_down() -> None:
    sketch = chain("s", "u1", "u2", "e")
    sketch.nodes = [("s", "L1"), ("u1", "L1"), ("u2", "L2"), ("e", "L2")]
    sketch.lanes = ["L1", "L2"]

    drawing = read(lay_out(sketch.xml()))

    assert drawing.nodes["u1"].x == drawing.nodes["u2"].x
    assert bends(drawing.edges["f1"]) == 0


def test_a_flow_into_the_lane_above_runs_straight_up() -> None:
    sketch = chain("s", "u1", "u2", "e")
    sketch.nodes = [("s", "L2"), ("u1", "L2"), ("u2", "L1"), ("e", "L1")]
    sketch.lanes = ["L1", "L2"]

    drawing = read(lay_out(sketch.xml()))

    assert drawing.nodes["u1"].x == drawing.nodes["u2"].x
    assert drawing.edges["f1"][0][1] > drawing.edges["f1"][-1][1]


def test_a_loop_goes_back_around_the_shapes_without_crossing() -> None:
    sketch = chain("s", "g1", "u1", "g2", "e")
    sketch.flows.append(("g2", "g1", "退回"))

    drawing = read(lay_out(sketch.xml()))

    assert meetings(drawing) == []
    back = drawing.edges["f4"]
    lowest = max(area.y + area.height for area in drawing.nodes.values())
    highest = min(area.y for area in drawing.nodes.values())
    assert any(y > lowest or y < highest for _, y in back)
    assert hidden_labels(drawing) == []


def test_two_branches_stand_one_below_the_other() -> None:
    sketch = Sketch(
        [(node, "") for node in ("s", "g1", "u1", "u2", "g2", "e")],
        [
            *(("s", "g1", ""), ("g1", "u1", "即办件"), ("g1", "u2", "承诺件")),
            *(("u1", "g2", ""), ("u2", "g2", ""), ("g2", "e", "")),
        ],
    )

    drawing = read(lay_out(sketch.xml()))

    assert drawing.nodes["u1"].x == drawing.nodes["u2"].x
    assert drawing.nodes["u1"].y < drawing.nodes["u2"].y
    assert meetings(drawing) == []
    assert hidden_labels(drawing) == []


def test_a_boundary_event_sits_on_its_host_and_its_flow_leaves_downwards() -> None:
    sketch = chain("s", "u1", "e")
    sketch.nodes.append(("u2", ""))
    sketch.boundaries = {"b1": "u1"}
    sketch.flows += [("b1", "u2", ""), ("u2", "e", "")]

    drawing = read(lay_out(sketch.xml()))

    start = drawing.edges["f2"][0]
    event = drawing.nodes["b1"]
    assert start == (event.x + event.width // 2, event.y + event.height)


def test_a_message_runs_straight_between_the_black_box_and_its_node() -> None:
    sketch = chain("s", "u1", "e")
    sketch.pools = (("P1",), ("P2",))
    sketch.messages = [("P1", "s"), ("u1", "P2")]

    drawing = read(lay_out(sketch.xml()))

    assert bends(drawing.edges["m0"]) == bends(drawing.edges["m1"]) == 0
    assert drawing.edges["m0"][0][1] < drawing.edges["m0"][1][1] < drawing.edges["m1"][1][1]


def test_two_messages_of_one_node_do_not_lie_on_each_other() -> None:
    sketch = chain("s", "u1", "e")
    sketch.pools = (("P1",), ())
    sketch.messages = [("P1", "u1"), ("u1", "P1")]

    drawing = read(lay_out(sketch.xml()))

    assert drawing.edges["m0"][0][0] != drawing.edges["m1"][0][0]


def test_a_long_process_is_laid_out_without_deep_recursion() -> None:
    middle = [f"u{place}" for place in range(400)]

    drawing = read(lay_out(chain("s", *middle, "e").xml()))

    assert len(drawing.nodes) == 402
