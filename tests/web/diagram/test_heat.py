"""A map of many cases: steps of the ground, numbers at every shape, letters that can be read on each ground."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from engine.process.bpmn.picture import Shape
from processes import library
from web.diagram.glyphs import INK
from web.diagram.heat import STEPS, painted, step_of, swatch
from web.diagram.svg import HEAT, draw
from web.diagram.tracks import picture

XML = (library.SHIPPED / "route_commitment.bpmn").read_bytes()


def _luminance(colour: str) -> float:
    full = colour if len(colour) == 7 else "#" + "".join(2 * one for one in colour[1:])
    parts = [int(full[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    r, g, b = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


@pytest.mark.parametrize("number, step", [(0, 0), (1, 1), (20, 1), (20.1, 2), (99, 5), (100, 5), (-3, 0)])
def test_the_ground_goes_in_fifths_of_the_largest_number(number: float, step: int):
    assert step_of(number, 100) == step
    assert step_of(number, 0) == 0


def test_letters_can_be_read_on_every_ground_and_the_grounds_darken():
    light = [_luminance(one) for one in HEAT]
    assert light == sorted(light, reverse=True)
    assert all((one + 0.05) / (_luminance(INK) + 0.05) >= 6 for one in light)


def test_each_shape_has_its_number_in_the_picture_and_for_a_reader_of_the_screen():
    numbers = {"ut_substantive": 40.0, "ut_dept_opinion": 10.0}

    def said(shape: Shape) -> str:
        return f"{numbers[shape.id]:.0f} 次" if shape.id in numbers else ""

    heat = painted(XML, numbers, said, lambda _: None)
    assert heat is not None and heat.largest == 40
    svg = etree.fromstring(str(heat.svg))
    for id, number in numbers.items():
        [group] = [one for one in svg.iter() if str(one.get("id")).endswith(f"-{id}")]
        texts = [one.text for one in group.iter("{*}tspan", "{*}text") if one.text]
        assert f"{number:.0f} 次" in texts
        assert f"：{number:.0f} 次" in str(group.findtext("{*}title"))
        assert HEAT[step_of(number, 40)] in {one.get("fill") for one in group.iter()}
    titles = [one.text for one in svg.iter("{*}title")]
    assert sum("没有经过" in str(one) for one in titles) == len(heat.shapes) - 2


def test_a_drawing_without_numbers_is_drawn_as_ever():
    heat = painted(XML, {}, lambda _: "", lambda _: None)
    assert heat is not None and heat.largest == 0
    strip = re.compile(r"<title>[^<]*</title>")
    assert strip.sub("", str(heat.svg)) == strip.sub("", str(draw(picture(XML))))


def test_a_file_that_cannot_be_read_has_no_map():
    assert painted(b"<nothing/>", {}, lambda _: "", lambda _: None) is None


def test_the_key_shows_every_ground():
    for step in range(STEPS + 1):
        assert HEAT[step] in swatch(step)
