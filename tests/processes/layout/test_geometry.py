"""Boxes, lines and label sizes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.layout.geometry import Box, segments, without_needless_points
from processes.layout.text import CHARACTER, LINE, SLACK, label_size, lines, width_in_characters

numbers = st.integers(-50, 50)
boxes = st.builds(Box, numbers, numbers, st.integers(1, 60), st.integers(1, 60))


def test_a_box_around_a_point_has_it_in_the_middle() -> None:
    box = Box.around((100, 50), 36, 36)

    assert (box.x, box.y, box.right, box.bottom) == (82, 32, 118, 68)
    assert box.centre == (100, 50)
    assert box.contains((100, 50))
    assert not box.contains((82, 50))


@given(boxes, boxes)
def test_the_shared_area_is_counted_pixel_by_pixel(one, other) -> None:
    pixels = {(x, y) for x in range(one.x, one.right) for y in range(one.y, one.bottom)}
    shared = [(x, y) for x, y in pixels if other.x <= x < other.right and other.y <= y < other.bottom]

    assert one.shared_area(other) == other.shared_area(one) == len(shared)


@given(boxes, numbers, numbers, numbers)
def test_a_line_is_inside_a_box_as_far_as_its_pixels_are(box, across, first, last) -> None:
    low, high = sorted((first, last))
    level = sum(1 for x in range(low, high) if box.x <= x < box.right) if box.y < across < box.bottom else 0
    upright = sum(1 for y in range(low, high) if box.y <= y < box.bottom) if box.x < across < box.right else 0

    assert box.length_inside((first, across), (last, across)) == level
    assert box.length_inside((across, first), (across, last)) == upright


@given(boxes, st.integers(0, 9))
def test_a_grown_box_encloses_the_box(box, by) -> None:
    assert box.grown(by).encloses(box)
    assert box.encloses(box.grown(by)) == (by == 0)


def test_needless_points_are_dropped_and_corners_kept() -> None:
    path = [(0, 0), (0, 0), (5, 0), (9, 0), (9, 4), (9, 4), (9, 7)]

    assert without_needless_points(path) == ((0, 0), (9, 0), (9, 7))
    assert list(segments(((0, 0), (9, 0), (9, 7)))) == [((0, 0), (9, 0)), ((9, 0), (9, 7))]


@pytest.mark.parametrize(
    "text, width",
    [("受理", 2), ("收件（受理）", 6), ("", 0), ("“", 1), ("A3", 1.2)],
)
def test_a_chinese_character_is_one_wide_and_a_latin_one_a_little_over_half(text, width) -> None:
    assert width_in_characters(text) == pytest.approx(width)


@given(st.text("受理件（）", min_size=1, max_size=40), st.integers(2, 9))
def test_a_label_has_room_for_its_text_in_lines_hardly_longer_than_asked(text, most) -> None:
    width, height = label_size(text, most)
    per_line = (width - SLACK) // CHARACTER

    assert per_line <= most + 2
    assert len(lines(text, per_line)) * LINE == height


@given(st.text("受理件", min_size=1, max_size=40), st.integers(2, 9))
def test_a_label_without_brackets_has_as_few_lines_as_can_be(text, most) -> None:
    assert label_size(text, most)[1] <= -(-len(text) // most) * LINE
