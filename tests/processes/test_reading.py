"""Reading one JSON object: values come back typed, faults come back together and in Chinese."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from processes.reading import Reader


def read(raw: object, take: Callable[[Reader], object]) -> tuple[object, list[str]]:
    faults: list[str] = []
    return take(Reader(raw, faults)), faults


@pytest.mark.parametrize(
    "raw, take, value",
    [
        ({"a": "受理"}, lambda reader: reader.text("a"), "受理"),
        ({"a": "x"}, lambda reader: reader.text("a", ("x", "y")), "x"),
        ({"a": None}, lambda reader: reader.optional_text("a"), None),
        ({"a": "x"}, lambda reader: reader.optional_text("a"), "x"),
        ({"a": 0}, lambda reader: reader.whole("a"), 0),
        ({"a": Decimal("0.5")}, lambda reader: reader.number("a"), Decimal("0.5")),
        ({"a": 2}, lambda reader: reader.number("a"), Decimal(2)),
        ({"a": False}, lambda reader: reader.flag("a"), False),
        ({"a": ["x", "y"]}, lambda reader: reader.texts("a"), ("x", "y")),
        ({"a": []}, lambda reader: reader.texts("a"), ()),
        ({"a": {"k": "证"}}, lambda reader: reader.marks("a", ("证",)), {"k": "证"}),
        ({"a": {"b": "x"}}, lambda reader: reader.part("a").text("b"), "x"),
        ({"a": [{"b": "x"}]}, lambda reader: [part.text("b") for part in reader.parts("a")], ["x"]),
        ({"a": None}, lambda reader: (reader.has("a"), reader.has("b")), (False, False)),
        ({"a": 0}, lambda reader: reader.has("a"), True),
    ],
)
def test_a_right_value_comes_back_without_a_fault(raw, take, value) -> None:
    assert read(raw, take) == (value, [])


@pytest.mark.parametrize(
    "raw, take, fault",
    [
        ({}, lambda reader: reader.text("a"), "a：缺少该项"),
        ({"a": " "}, lambda reader: reader.text("a"), "a：应填写文字，不得留空"),
        ({"a": 1}, lambda reader: reader.text("a"), "a：应填写文字，不得留空"),
        ({"a": "z"}, lambda reader: reader.text("a", ("x", "y")), "a：“z”不在可选范围内：x、y"),
        ({}, lambda reader: reader.optional_text("a"), "a：缺少该项；没有内容时请写 null"),
        ({"a": ""}, lambda reader: reader.optional_text("a"), "a：应填写文字，不得留空"),
        ({"a": -1}, lambda reader: reader.whole("a"), "a：应为不小于 0 的整数"),
        ({"a": 0}, lambda reader: reader.whole("a", 1), "a：应为不小于 1 的整数"),
        ({"a": True}, lambda reader: reader.whole("a"), "a：应为不小于 0 的整数"),
        ({"a": Decimal("1.5")}, lambda reader: reader.whole("a"), "a：应为不小于 0 的整数"),
        ({"a": "1"}, lambda reader: reader.number("a"), "a：应为不小于 0 的数"),
        ({"a": False}, lambda reader: reader.number("a"), "a：应为不小于 0 的数"),
        ({"a": 1}, lambda reader: reader.flag("a"), "a：应为 true 或 false"),
        ({"a": "x"}, lambda reader: reader.texts("a"), "a：应为一列（JSON 数组）"),
        ({"a": []}, lambda reader: reader.texts("a", least=1), "a：至少应有 1 项"),
        ({"a": ["x", 1]}, lambda reader: reader.texts("a"), "a：每一项都应是文字，不得留空"),
        ({"a": ["x", "x"]}, lambda reader: reader.texts("a"), "a：有重复的项"),
        ({"a": ["x"]}, lambda reader: reader.texts("a", ("y",)), "a：“x”不在可选范围内：y"),
        ({"a": []}, lambda reader: reader.marks("a", ("证",)), "a：应为一组字段（JSON 对象）"),
        ({"a": {"k": "真"}}, lambda reader: reader.marks("a", ("证",)), "a[k]：来源标记应为证之一"),
        ({"a": 1}, lambda reader: reader.part("a").path, "a：应为一组字段（JSON 对象）"),
        ({"a": [{}]}, lambda reader: [part.text("b") for part in reader.parts("a")], "a[0].b：缺少该项"),
        ({"a": 1}, lambda reader: reader.no_more(), "a：不认识该项，请核对拼写"),
        ([], lambda reader: reader.path, "应为一组字段（JSON 对象）"),
    ],
)
def test_a_wrong_value_is_told_with_its_place(raw, take, fault) -> None:
    assert read(raw, take)[1] == [fault]


def test_faults_of_parts_are_told_with_those_of_the_whole_in_order() -> None:
    faults: list[str] = []
    reader = Reader({"a": {"b": 1, "c": "x"}}, faults)

    part = reader.part("a")
    part.text("b")
    part.no_more()
    reader.text("d")

    assert faults == ["a.b：应填写文字，不得留空", "a.c：不认识该项，请核对拼写", "d：缺少该项"]
