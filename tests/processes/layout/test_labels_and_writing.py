"""Where labels stand, and what is written into the file."""

from __future__ import annotations

import pytest
from lxml import etree

from processes import library
from processes.layout import lay_out
from processes.layout.text import CHARACTER, LINE, SLACK, TASK_WIDTHS, label_size, lines, task_width
from tests.processes.layout.drawing import BPMNDI, DC, hidden_labels, read
from tests.processes.layout.sketches import Sketch, chain


def test_the_name_of_an_event_stands_below_it_and_of_a_gateway_above() -> None:
    drawing = read(lay_out(chain("s", "g1", "e").xml()))

    assert drawing.labels["s"].y > drawing.nodes["s"].y + drawing.nodes["s"].height
    assert drawing.labels["g1"].y + drawing.labels["g1"].height < drawing.nodes["g1"].y


def test_a_task_carries_its_name_inside_and_the_nameless_have_no_label() -> None:
    sketch = chain("s", "u1", "e")
    sketch.names = {"s": ""}

    assert set(read(lay_out(sketch.xml())).labels) == {"e"}


def test_a_name_gives_way_to_a_flow_that_leaves_where_it_would_stand() -> None:
    sketch = chain("s", "u1", "e")
    sketch.nodes = [("s", "L1"), ("u1", "L2"), ("e", "L2")]
    sketch.lanes = ["L1", "L2"]
    sketch.names = {"s": "申请对象提出申请"}

    drawing = read(lay_out(sketch.xml()))

    assert drawing.edges["f0"][0][0] == drawing.edges["f0"][1][0]
    assert hidden_labels(drawing) == []


def test_the_gap_after_a_decision_is_wide_enough_for_the_name_of_its_flow() -> None:
    plain = chain("s", "g1", "u1", "e")
    named = Sketch(plain.nodes, [(a, b, "不予收件（受理）" if a == "g1" else "") for a, b, _ in plain.flows])

    def gap(sketch: Sketch) -> int:
        nodes = read(lay_out(sketch.xml())).nodes
        return nodes["u1"].x - nodes["g1"].x - nodes["g1"].width

    assert gap(named) > gap(plain)
    assert gap(named) >= label_size("不予收件（受理）", 5)[0] + 16
    assert hidden_labels(read(lay_out(named.xml()))) == []


def test_a_message_is_labelled_between_the_pools() -> None:
    main = read(library.processes()["one_window_main"].xml)
    above, below = main.pools["P_applicant"], main.pools["P_center"]

    for message in ("mf_application", "mf_notice", "mf_correction", "mf_result"):
        label = main.labels[message]
        assert above.y + above.height <= label.y
        assert label.y + label.height <= below.y


def test_the_old_diagram_is_replaced_and_ids_stay_unique() -> None:
    twice = etree.fromstring(lay_out(lay_out(chain("s", "u1", "e").xml())))

    assert len(list(twice.iter(f"{BPMNDI}BPMNDiagram"))) == 1
    ids = [element.get("id") for element in twice.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_pools_and_lanes_are_level_and_exclusive_gateways_show_their_mark() -> None:
    root = etree.fromstring(library.processes()["one_window_main"].xml)
    shapes = {shape.get("bpmnElement"): shape for shape in root.iter(f"{BPMNDI}BPMNShape")}

    assert {shapes[each].get("isHorizontal") for each in ("P_applicant", "P_center", "L_window")} == {"true"}
    assert shapes["gw_intake"].get("isMarkerVisible") == "true"
    assert shapes["ut_make_result"].get("isMarkerVisible") is None


def test_the_plane_draws_the_collaboration_or_else_the_process() -> None:
    main = etree.fromstring(library.processes()["one_window_main"].xml)
    bare = etree.fromstring(lay_out(chain("s", "e").xml()))

    assert [plane.get("bpmnElement") for plane in main.iter(f"{BPMNDI}BPMNPlane")] == ["C_one_window_main"]
    assert [plane.get("bpmnElement") for plane in bare.iter(f"{BPMNDI}BPMNPlane")] == ["p"]


def test_coordinates_are_whole_and_positive() -> None:
    for file in library.processes().values():
        for bounds in etree.fromstring(file.xml).iter(f"{DC}Bounds"):
            assert all(int(bounds.get(name, "")) > 0 for name in ("x", "y", "width", "height"))


@pytest.mark.parametrize(
    "name, broken",
    [
        ("予以收件（受理）", ["予以收件", "（受理）"]),
        ("未收件（受理）", ["未收件（受理）"]),
        ("准予或者不予", ["准予或", "者不予"]),
        ("同意上报", ["同意上报"]),
    ],
)
def test_a_label_breaks_into_even_lines_and_not_within_a_bracket(name, broken) -> None:
    width, height = label_size(name, 5)

    assert lines(name, (width - SLACK) // CHARACTER) == broken
    assert height == len(broken) * LINE


@pytest.mark.parametrize(
    "name, broken",
    [
        ("实质审查", ["实质审查"]),
        ("登记特别程序结果（恢复计时）", ["登记特别程序结果", "（恢复计时）"]),
        ("复核不予收件（受理）的结论", ["复核不予收件（受理）", "的结论"]),
        ("牵头部门确认联办计划", ["牵头部门确认联办", "计划"]),
        ("出具延长办理期限告知书", ["出具延长办理期限告", "知书"]),
    ],
)
def test_a_task_is_as_wide_as_its_name_breaks_well(name, broken) -> None:
    width = task_width(name)

    assert lines(name, (width - 11) // 12) == broken
    assert width in TASK_WIDTHS


def test_a_name_that_breaks_badly_everywhere_gets_the_usual_task() -> None:
    assert task_width("一二三四五六七（九十）" * 3) == TASK_WIDTHS[0]


@pytest.mark.parametrize("count, middles", [(1, [104]), (2, [104, 26]), (3, [104, 62, 20])])
def test_boundary_events_leave_the_sign_of_a_call_in_sight_while_there_is_room(count, middles) -> None:
    sketch = chain("s", "c1", "e")
    sketch.boundaries = {f"b{place}": "c1" for place in range(count)}
    sketch.flows += [(event, "e", "") for event in sketch.boundaries]

    nodes = read(lay_out(sketch.xml())).nodes

    assert [nodes[f"b{place}"].x + 18 - nodes["c1"].x for place in range(count)] == middles
