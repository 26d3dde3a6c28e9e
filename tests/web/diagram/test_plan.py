"""The drawing of a plan: every branch and every wait is in it, no box lies on another, colour alone tells nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise
from typing import Any

import pytest
from lxml import etree

from processes import library
from web.diagram.layers import WIDTH, layout
from web.diagram.plan import Box, draw_plan
from web.jointview import plan_of_item

SVG = "{http://www.w3.org/2000/svg}"
TALL = 100.0
CHAIN = {"a": (), "b": (), "c": ("a",), "d": ("c",), "e": ("c", "a"), "f": ("b", "d", "gone")}


def words(root: etree._Element) -> str:
    return "".join(str(one) for one in root.itertext()).replace("\n", "")


def drawn(boxes: Sequence[Box]) -> etree._Element:
    return etree.fromstring(str(draw_plan(boxes, title="联办计划：测试", about="关键路径 甲→乙。")))


def boxes_of(after: Mapping[str, Sequence[str]], **more: Any) -> list[Box]:
    return [Box(key, f"分支{key}", "市监 · 5个工作日", tuple(others), **more) for key, others in after.items()]


@pytest.mark.parametrize("after", [CHAIN, {"a": ()}, {}, {f"k{n}": (f"k{n - 7}",) if n > 6 else () for n in range(50)}])
def test_what_waits_stands_to_the_right_and_no_box_lies_on_another(after: dict[str, Sequence[str]]) -> None:
    placed = layout(after, TALL)
    assert placed.corners.keys() == after.keys()
    for key, others in after.items():
        for other in others:
            if other in after:
                assert placed.corners[other][0] + WIDTH < placed.corners[key][0]
                assert (other, key) in placed.lines
    for (x1, y1), (x2, y2) in combinations(placed.corners.values(), 2):
        assert x1 != x2 or abs(y1 - y2) >= TALL
    for x, y in placed.corners.values():
        assert 0 <= x <= placed.width - WIDTH
        assert 0 <= y <= placed.height - TALL


def test_a_line_runs_from_box_to_box_with_right_angles_and_through_none() -> None:
    placed = layout(CHAIN, TALL)
    for (source, key), points in placed.lines.items():
        (x1, y1), (x2, y2) = placed.corners[source], placed.corners[key]
        assert points[0] == (x1 + WIDTH, y1 + TALL / 2)
        assert points[-1] == (x2, y2 + TALL / 2)
        for (ax, ay), (bx, by) in pairwise(points):
            assert ax == bx or ay == by
            for other, (x, y) in placed.corners.items():
                inside = other not in (source, key) and x < max(ax, bx) and min(ax, bx) < x + WIDTH
                assert not (inside and y < max(ay, by) + 1 and min(ay, by) - 1 < y + TALL), (source, key, other)


def test_a_circle_is_drawn_all_the_same() -> None:
    placed = layout({"a": ("b",), "b": ("a",), "c": ("b",)}, TALL)
    assert len(placed.corners) == 3
    assert placed.corners["a"] != placed.corners["b"]


def test_it_is_named_and_described_for_assistive_tech_and_each_box_says_all_of_itself() -> None:
    root = drawn(boxes_of({"a": (), "b": ("a",)}, state="open", word="办理中，超期3个工作日", late=True, critical=True))
    assert root.get("role") == "img"
    assert [root.findtext(f"{SVG}{name}") for name in ("title", "desc")] == ["联办计划：测试", "关键路径 甲→乙。"]
    named = root.get("aria-labelledby", "").split()
    assert named == [one.get("id") for one in root if one.tag in (f"{SVG}title", f"{SVG}desc")]
    said = [one.text for one in root.iterfind(f"{SVG}g/{SVG}title")]
    assert said == [f"分支{key}（市监 · 5个工作日），办理中，超期3个工作日，在关键路径上" for key in "ab"]


def test_the_longest_way_is_weight_and_words_and_a_state_is_sign_and_words() -> None:
    boxes = [Box("a", "甲", "市监", (), "agreed", "同意", critical=True),
             Box("b", "乙", "消防", ("a",), "open", "办理中"),
             Box("c", "丙", "城管", ("a",), "open", "办理中", critical=True)]  # fmt: skip
    root = drawn(boxes)
    weights = {path.get("marker-end"): float(path.get("stroke-width", "0")) for path in root.iter(f"{SVG}path")
               if path.get("marker-end")}  # fmt: skip
    assert weights["url(#yc-plan-on)"] > 2 * weights["url(#yc-plan-to)"]
    groups = root.findall(f"{SVG}g")
    texts = [words(one) for one in groups]
    assert ["关键路径" in one for one in texts] == [True, False, True]
    assert all(one.find(f"{SVG}g/{SVG}circle") is not None for one in groups)
    assert all(word in text for word, text in zip(("同意", "办理中", "办理中"), texts, strict=True))


def test_a_name_is_text_and_never_markup() -> None:
    assert "<script>" not in str(draw_plan([Box("a", "<script>", "&", ())], title="<b>", about="'\""))


@pytest.mark.parametrize("code, told", [
    ("I11", "合计4个工作日；承诺时限5个工作日：够。"), ("I12", "合计1.5个工作日；承诺时限2个工作日：够。"),
    ("I13", "合计10个工作日；承诺时限12个工作日：够。"),
])  # fmt: skip
def test_the_plan_of_each_theme_is_drawn_with_its_sum_against_the_promise(code: str, told: str) -> None:
    item = library.items()[code]
    named: Any = library.departments()
    plan = plan_of_item(item, named)
    assert plan is not None
    assert plan.told.endswith(told)
    root = etree.fromstring(str(plan.picture))
    text = words(root)
    assert item.joint_plan is not None
    assert len(root.findall(f"{SVG}g")) == len(plan.rows) == len(item.joint_plan.branches)
    assert all(row.title in text for row in plan.rows)
    assert plan_of_item(library.items()["I02"], named) is None
