"""Drawings on paper: wide ones in pieces that can be read, each naming the lanes, nothing lost between two of them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from engine.process.bpmn.picture import Box, Picture, read_picture
from processes import library
from tests.web.diagram.test_svg import MAIN, SVG, drawn
from web.diagram.sheets import AGAIN, LYING, UPRIGHT, pieces, sheets
from web.diagram.svg import draw, whole_of

SHEET = (277.0, 170.0)
"""Millimetres of a sheet of A4 lying on its side, within its margins and under its caption."""
SMALLEST_WORDS = 12
POINT = 25.4 / 72


def figures(picture: Picture) -> list[etree._Element]:
    made = sheets(picture, whole_of(picture.process_id))
    return [] if not made else etree.fromstring(str(made)).findall("figure")


def windows(figure: etree._Element) -> list[Box]:
    """Return what each window of a sheet shows of the drawing."""
    [outer] = figure.findall("svg")
    return [Box(*map(float, (each.get("viewBox") or "").split())) for each in outer.findall("svg")]


@given(st.floats(100, 9000))
def test_pieces_cover_the_drawing_and_overlap_by_more_than_a_task(width) -> None:
    frame = Box(37, 5, width, 700)
    cut = pieces(frame)

    assert bool(cut) == (width > UPRIGHT)
    if cut:
        assert cut[0].x == frame.x
        assert cut[-1].right == pytest.approx(frame.right)
        assert all(one.width <= LYING + 0.001 for one in cut)
        assert all(one.right - other.x == pytest.approx(AGAIN) for one, other in pairwise(cut))


@pytest.mark.parametrize("name", sorted(library.processes()))
def test_the_words_of_every_shipped_drawing_can_be_read_on_paper(name) -> None:
    picture = read_picture(library.processes()[name].xml)
    upright = (178.0, 200.0)
    shown = [windows(figure) for figure in figures(picture)] or [[picture.frame]]
    room = SHEET if figures(picture) else upright

    for sheet in shown:
        scale = min(room[0] / sum(part.width for part in sheet), room[1] / sheet[0].height)
        assert scale * SMALLEST_WORDS >= 6 * POINT


@pytest.mark.parametrize("name", sorted(library.processes()))
def test_every_shape_stands_whole_on_a_sheet(name) -> None:
    picture = read_picture(library.processes()[name].xml)
    shown = [part for figure in figures(picture) for part in windows(figure)]

    for shape in picture.shapes if shown else ():
        if shape.kind not in ("participant", "lane", "blackBox"):
            assert any(part.x <= shape.box.x and shape.box.right <= part.right for part in shown), shape.id


def test_the_sheets_show_the_drawing_of_the_page_again() -> None:
    [whole] = drawn().findall(f"{SVG}g")
    used = [use.get("href") for figure in figures(MAIN) for use in figure.iter("use")]

    assert set(used) == {f"#{whole.get('id')}"}
    assert figures(MAIN)[0].findtext("figcaption", "").startswith("“一窗通办”服务提供流程")
    assert [figure.findtext("figcaption", "").rpartition(" 第 ")[2] for figure in figures(MAIN)] == [
        "1 张，共 2 张", "2 张，共 2 张",
    ]  # fmt: skip
    [alone] = figures(read_picture(library.processes()["hearing"].xml))
    assert alone.findtext("figcaption") == "听证"


def test_every_piece_but_the_first_repeats_the_names_of_pools_and_lanes() -> None:
    first, second = (windows(figure) for figure in figures(MAIN))
    named = max(shape.box.x for shape in MAIN.shapes if shape.kind == "lane") + 30

    assert len(first) == 1
    assert first[0].right > named
    names, part = second
    assert (names.x, names.right) == (MAIN.frame.x, named)
    assert part.x > named


def test_a_drawing_without_lanes_has_no_names_to_repeat() -> None:
    bare = Picture("p", "无泳道", (), (), Box(0, 0, 2000, 300))

    assert [len(windows(figure)) for figure in figures(bare)] == [1, 1]


def test_a_narrow_drawing_needs_no_sheet_of_its_own() -> None:
    assert figures(read_picture(library.processes()["archive"].xml)) == []
    assert str(sheets(Picture("p", "窄", (), (), Box(0, 0, UPRIGHT, 300)), "x")) == ""


def test_what_is_written_on_a_sheet_is_escaped() -> None:
    risky = Picture("p", "<b>&", (), (), Box(0, 0, 2000, 300))

    assert "<b>" not in str(sheets(risky, "x"))
    assert figures(risky)[0].findtext("figcaption", "").startswith("<b>&")


def test_two_drawings_on_one_page_keep_their_parts_apart() -> None:
    assert whole_of("p", "before-") != whole_of("p", "after-")
    assert f'id="{whole_of("one_window_main")}"' in str(draw(MAIN))
