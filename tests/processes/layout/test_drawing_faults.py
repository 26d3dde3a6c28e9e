"""The eyes of the drawing tests: a seeded fault in a good drawing is seen, each by its name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import etree

from processes.layout import lay_out
from tests.processes.layout.drawing import BPMNDI, DC, DI, Point, cut_words, faults, hidden_labels, meetings, read
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


def led(**ways: tuple[Point, ...]) -> Edit:
    """Return an edit that leads flows anew from point to point."""

    def edit(root: etree._Element) -> None:
        for flow, points in ways.items():
            edge = part(root, flow)
            for old in edge.findall(f"{DI}waypoint"):
                edge.remove(old)
            for x, y in points:
                etree.SubElement(edge, f"{DI}waypoint", x=str(x), y=str(y))

    return edit


@pytest.mark.parametrize(
    "ways",
    [
        {"f0": ((0, 50), (100, 50)), "f2": ((50, 0), (50, 100))},
        {"f0": ((0, 50), (100, 50)), "f2": ((50, 50), (50, 100))},
        {"f0": ((0, 50), (100, 50)), "f2": ((60, 50), (160, 50))},
        {"f0": ((0, 50), (100, 50)), "f2": ((100, 50), (100, 100))},
    ],
    ids=["across", "touching", "on top", "one leaves where the other arrives"],
)
def test_flows_that_meet_are_seen(ways) -> None:
    assert meetings(drawn()) == []
    assert "f0 meets f2" in meetings(drawn(led(**ways)))


def test_two_flows_to_one_target_may_arrive_as_one_line_but_not_cross_on_the_way() -> None:
    straight = ((100, 0), (100, 90))

    assert meetings(drawn(led(f2=((0, 50), (100, 50), (100, 90)), f4=straight))) == []
    crossed = led(f2=((0, 50), (150, 50), (150, 90), (100, 90)), f4=straight)
    assert meetings(drawn(crossed)) == ["f2 meets f4"]


def test_two_flows_may_leave_one_point_of_their_source() -> None:
    assert meetings(drawn(led(f1=((0, 0), (50, 0)), f4=((0, 0), (0, 50))))) == []


def test_a_name_without_room_is_seen() -> None:
    def named(identity: str, name: str) -> Edit:
        def edit(root: etree._Element) -> None:
            next(each for each in root.iter() if each.get("id") == identity).set("name", name)

        return edit

    assert cut_words(drawn()) == []
    assert "the name of L1 is longer than its strip" in cut_words(drawn(named("L1", "综合窗口受理和统一出件岗位")))
    assert "the name of u1 is longer than its shape" in cut_words(drawn(named("u1", "形式审查" * 10)))
    assert "the name of g1 is longer than its label" in cut_words(drawn(named("g1", "受理结论" * 10)))


def test_a_label_over_the_border_or_the_strip_of_a_lane_is_seen() -> None:
    label = f"{BPMNDI}BPMNLabel/"
    box, lane = drawn().labels["g1"], drawn().lanes["L1"]

    over = moved("g1", 0, lane.y + lane.height - box.y - 5, label)
    onto = moved("g1", lane.x + 5 - box.x, 0, label)

    assert "g1 lies on the border of L1" in cut_words(drawn(over))
    assert "g1 lies on the border of L1" in cut_words(drawn(onto))
