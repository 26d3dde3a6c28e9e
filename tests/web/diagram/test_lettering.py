"""Labels break into lines that a Chinese reader expects, and never leave their shapes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.diagram.lettering import fitted, leading, lines_of, width_of


@pytest.mark.parametrize(
    "text, most, lines",
    [
        ("", 8, []),
        ("形式审查", 8, ["形式审查"]),
        ("纸质材料交接签收", 8, ["纸质材料交接签收"]),
        ("不予收件（受理），一次性告知", 8.2, ["不予收件（受理），", "一次性告知"]),
        ("核对身份，交接签收", 8, ["核对身份，", "交接签收"]),
        ("按 GB/T42727-2023 归档", 6, ["按", "GB/T42727-2023", "归档"]),
    ],
)
def test_a_label_breaks_into_even_lines_and_keeps_words_and_marks_together(text: str, most: float, lines: list[str]):
    assert lines_of(text, most) == lines


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one():
    for most in range(2, 12):
        for line in lines_of("前台受理（收件）：形式审查，一次性告知《补齐补正通知书》（附录C）。", most):
            assert line[0] not in "，。：）》"
            assert line[-1] not in "（《"


@given(st.text("办理收件（受理），。AB12 ", min_size=1, max_size=60), st.floats(2, 12))
def test_breaking_loses_nothing_but_blanks(text: str, most: float):
    assert "".join("".join(lines_of(text, most)).split()) == "".join(text.split())


@given(st.text("办理收件受理登记", min_size=1, max_size=80), st.integers(60, 160), st.integers(20, 90))
def test_what_is_fitted_stays_inside_its_box(text: str, width: int, height: int):
    size, lines = fitted(text, width, height)
    assert len(lines) * leading(size) <= max(height, leading(size))
    assert all(width_of(line) * size <= width + size for line in lines)


def test_a_name_too_long_for_its_box_is_cut_with_an_ellipsis():
    _, lines = fitted("很长的名称" * 20, 100, 40)
    assert lines[-1].endswith("…")


def test_short_names_get_the_largest_type():
    assert fitted("形式审查", 114, 60)[0] == 14
    assert fitted("确认需要补齐补正的全部内容并回复综合窗口", 114, 40)[0] < 14
