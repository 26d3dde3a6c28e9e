"""With ``--keep`` the shapes stay in the columns and rows a person gave them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from lxml import etree

from processes import bpmn_file
from processes.layout import graph, keeping, lay_out, placing
from processes.layout.__main__ import main
from tests.processes.layout.drawing import BPMNDI, DC, Area, faults, read
from tests.processes.layout.sketches import Sketch, chain, sketches


def cells(xml: bytes) -> dict[str, placing.Cell] | None:
    root = bpmn_file.read(xml)
    return keeping.kept(graph.read(root), root)


def shifted(xml: bytes, **by: tuple[float, float]) -> bytes:
    """Return the file with some shapes moved, as a person would by hand: not onto a grid."""
    root = etree.fromstring(xml)
    for shape in root.iter(f"{BPMNDI}BPMNShape"):
        x, y = by.get(shape.get("bpmnElement", ""), (0, 0))
        bounds = shape.find(f"{DC}Bounds")
        assert bounds is not None
        bounds.set("x", str(float(bounds.get("x", "")) + x))
        bounds.set("y", str(float(bounds.get("y", "")) + y))
    return etree.tostring(root)


def decision() -> Sketch:
    return Sketch(
        [(node, "") for node in ("s", "g1", "u1", "u2", "e")],
        [("s", "g1", ""), ("g1", "u1", ""), ("g1", "u2", ""), ("u1", "e", ""), ("u2", "e", "")],
    )


@settings(max_examples=25)
@given(sketches())
def test_a_drawing_of_the_layout_keeps_every_cell(sketch) -> None:
    placed = placing.place(graph.read(bpmn_file.read(sketch.xml())))

    kept = cells(lay_out(sketch.xml()))

    assert kept is not None
    assert {node: (cell.lane, cell.column) for node, cell in kept.items()} == {
        node: (cell.lane, cell.column) for node, cell in placed.items()
    }


def test_a_shape_moved_by_hand_stays_above_and_the_flows_follow() -> None:
    xml = shifted(lay_out(decision().xml()), u2=(6.5, -330))

    kept = read(lay_out(xml, keep=True)).nodes

    assert kept["u2"].x == kept["u1"].x
    assert kept["u2"].y < kept["u1"].y
    assert faults(read(lay_out(xml, keep=True))) == []
    assert lay_out(xml) == lay_out(decision().xml())


def test_laying_out_with_kept_places_twice_changes_nothing() -> None:
    once = lay_out(shifted(lay_out(decision().xml()), u2=(6.5, -330)), keep=True)

    assert lay_out(once, keep=True) == once
    assert lay_out(once) != once


def test_shapes_near_each_other_stand_in_one_column_and_others_apart() -> None:
    xml = shifted(lay_out(decision().xml()), u2=(keeping.NEAR, 0))
    apart = shifted(lay_out(decision().xml()), u2=(keeping.NEAR + 1, 0))

    def columns(xml: bytes) -> list[int]:
        found = cells(xml)
        assert found is not None
        return [found[node].column for node in ("u1", "u2", "e")]

    assert columns(xml) == [2, 2, 3]
    assert columns(apart) == [2, 3, 4]


def test_two_shapes_on_one_place_are_put_below_each_other() -> None:
    def heap(area: Area, onto: Area) -> tuple[float, float]:
        return onto.x - area.x, onto.y - area.y

    nodes = read(lay_out(decision().xml())).nodes
    found = cells(shifted(lay_out(decision().xml()), u2=heap(nodes["u2"], nodes["u1"])))

    assert found is not None
    assert found["u1"].column == found["u2"].column
    assert {found["u1"].row, found["u2"].row} == {0, 1}


def test_a_file_not_wholly_drawn_is_placed_as_if_it_had_no_drawing() -> None:
    root = etree.fromstring(shifted(lay_out(decision().xml()), u2=(6.5, -330)))
    shape = next(each for each in root.iter(f"{BPMNDI}BPMNShape") if each.get("bpmnElement") == "e")
    shape.getparent().remove(shape)  # type: ignore[union-attr]  # A shape has a plane.

    assert cells(etree.tostring(root)) is None
    assert lay_out(etree.tostring(root), keep=True) == lay_out(decision().xml())
    assert lay_out(chain("s", "e").xml(), keep=True) == lay_out(chain("s", "e").xml())


@pytest.mark.parametrize("words, expected", [(["--keep"], "kept"), ([], "fresh")])
def test_the_command_keeps_the_places_when_asked(tmp_path, words, expected) -> None:
    path = tmp_path / "p.bpmn"
    path.write_bytes(shifted(lay_out(decision().xml()), u2=(6.5, -330)))
    ways: dict[str, Callable[[], bytes]] = {
        "kept": lambda: lay_out(shifted(lay_out(decision().xml()), u2=(6.5, -330)), keep=True),
        "fresh": lambda: lay_out(decision().xml()),
    }

    assert main([*words, str(path)]) == 0
    assert path.read_bytes() == ways[expected]()


def test_the_command_without_files_to_keep_says_how_it_is_used(capsys) -> None:
    assert main(["--keep"]) == 2
    assert "[--keep] 文件" in capsys.readouterr().err
