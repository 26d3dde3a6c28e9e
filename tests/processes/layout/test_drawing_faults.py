"""The eyes of the drawing tests: a seeded fault in a good drawing is seen, each by its name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import etree

from processes.layout import lay_out
from tests.processes.layout.drawing import BPMNDI, DC, DI, crossings, faults, hidden_labels, read
from tests.processes.layout.sketches import Sketch, chain

Edit = Callable[[etree._Element], None]


def sketch() -> Sketch:
    each = chain("s", "g1", "u1", "u2", "e")
    each.nodes = [("s", "L1"), ("g1", "L1"), ("u1", "L1"), ("u2", "L2"), ("e", "L2")]
    each.lanes = ["L1", "L2"]
    each.flows.append(("g1", "u2", "承诺件"))
    each.boundaries = {"b1": "u1"}
    each.pools = (("P1",), ())
    each.messages = [("P1", "s")]
    return each


def drawn(edit: Edit | None = None):
    root = etree.fromstring(lay_out(sketch().xml()))
    if edit is not None:
        edit(root)
    return read(etree.tostring(root))


def part(root: etree._Element, identity: str) -> etree._Element:
    return next(element for element in root.iter(f"{BPMNDI}*") if element.get("bpmnElement") == identity)


def moved(identity: str, x: int, y: int, inside: str = "") -> Edit:
    """Return an edit that shifts a shape, or its label."""

    def edit(root: etree._Element) -> None:
        bounds = part(root, identity).find(f"{inside}{DC}Bounds")
        assert bounds is not None
        bounds.set("x", str(int(bounds.get("x", "")) + x))
        bounds.set("y", str(int(bounds.get("y", "")) + y))

    return edit


def bent(flow: str, place: int, x: int, y: int) -> Edit:
    """Return an edit that shifts one point of a flow."""

    def edit(root: etree._Element) -> None:
        point = part(root, flow).findall(f"{DI}waypoint")[place]
        point.set("x", str(int(point.get("x", "")) + x))
        point.set("y", str(int(point.get("y", "")) + y))

    return edit


def test_the_drawing_is_good_before_a_fault_is_seeded() -> None:
    assert faults(drawn()) == []
    assert hidden_labels(drawn()) == []


@pytest.mark.parametrize(
    "edit, fault",
    [
        (moved("u1", -120, 0), "g1 lies on u1"),
        (moved("u1", 0, 120), "u1 stands outside its lane"),
        (moved("L2", 0, -10), "L1 lies on L2"),
        (moved("P1", 0, 100), "P1 lies on own"),
        (moved("b1", 0, 30), "b1 does not sit on u1"),
        (bent("f0", 0, 9, 0), "f0 does not start and end at its shapes"),
        (bent("f0", 0, 0, 5), "f0 runs slanted"),
        (bent("f0", 1, 60, 0), "f0 runs through g1"),
    ],
)
def test_a_seeded_fault_is_seen(edit, fault) -> None:
    assert fault in faults(drawn(edit))


def test_a_label_on_a_shape_a_line_or_another_label_is_seen() -> None:
    label = f"{BPMNDI}BPMNLabel/"
    box, gateway = drawn().labels["g1"], drawn().nodes["g1"]
    onto = moved("g1", gateway.x - box.x, gateway.y - box.y, label)

    seen = hidden_labels(drawn(onto))

    assert "g1 lies on g1" in seen
    start = drawn().labels["s"]
    onto_label = moved("g1", start.x - box.x, start.y - box.y, label)
    assert any("s and g1 lie on each other" in each for each in hidden_labels(drawn(onto_label)))
    line = drawn().edges["f0"][0]
    onto_line = moved("g1", line[0] - box.x, line[1] - 5 - box.y, label)
    assert "f0 runs through the label of g1" in hidden_labels(drawn(onto_line))


def test_crossings_are_counted_once_and_joining_flows_are_none() -> None:
    assert crossings(drawn()) == 0

    def cross(root: etree._Element) -> None:
        first, second = (part(root, flow) for flow in ("f0", "f2"))
        for element, points in ((first, ((0, 50), (100, 50))), (second, ((50, 0), (50, 100)))):
            for point, (x, y) in zip(element.findall(f"{DI}waypoint"), points, strict=True):
                point.set("x", str(x))
                point.set("y", str(y))

    assert crossings(drawn(cross)) == 1
