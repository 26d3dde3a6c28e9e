"""What differs on a drawing is told by a word, a sign and a kind of line besides the colour."""

from __future__ import annotations

import re

import pytest

from engine.process.bpmn.picture import Box, Edge, Shape, read_picture
from processes import library
from web.diagram.flags import LOOKS, edge_flag, shape_flag
from web.diagram.svg import Labels, draw

TASK = Shape("a", "userTask", "审查", Box(100, 50, 120, 80), None)
FLOW = Edge("f", "sequence", "同意", "a", "b", ((0, 0), (10, 0), (10, 90), (20, 90)), None)


def test_no_two_differences_share_a_word_a_sign_a_line_or_a_colour():
    for part in ("word", "sign", "path", "dashes", "colour"):
        assert len({getattr(one, part) for one in LOOKS.values()}) == len(LOOKS), part


@pytest.mark.parametrize("change", LOOKS)
def test_a_shape_that_differs_is_framed_with_its_sign_and_word(change: str):
    drawn, look = shape_flag(TASK, change), LOOKS[change]
    assert f">{look.word}<" in drawn
    assert look.path in drawn
    assert (f'stroke-dasharray="{look.dashes}"' in drawn) == (look.dashes is not None)


@pytest.mark.parametrize("change", LOOKS)
def test_a_flow_that_differs_has_its_sign_in_the_middle_of_its_longest_stretch(change: str):
    drawn = edge_flag(FLOW, change)
    assert "translate(10 45)" in drawn
    assert f"同意：{LOOKS[change].word}" in drawn


@pytest.mark.parametrize("change", LOOKS)
def test_the_white_word_can_be_read_on_its_ground(change: str):
    parts = [int(LOOKS[change].colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (light + 0.05) >= 4.5


def test_two_drawings_of_one_process_share_no_id_and_only_what_differs_is_flagged():
    picture = read_picture(library.processes()["intake"].xml)
    shape = next(one for one in picture.shapes if one.kind == "userTask")
    old, new = (str(draw(picture, None, Labels(within=name, flags={shape.id: "changed"}))) for name in ("old-", "new-"))
    ids = [set(re.findall(r' id="([^"]+)"', text)) for text in (old, new)]
    assert ids[0]
    assert not ids[0] & ids[1]
    assert old.count("yc-d-flag--changed") == 1
