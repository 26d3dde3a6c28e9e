"""Our checker of bodies agrees with the jsonschema package on everything the API's schemas use."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from web.api import DOCUMENT, SCHEMAS
from web.api.schema import closed, day, faults, flag, listed, mapping, maybe, number, one_of, record, ref, text, whole

COMPONENTS = {
    "Word": text(minLength=2, maxLength=4),
    "Pair": closed(record({"a": ref("Word")}, {"b": maybe(whole(minimum=1))})),
}
LEAVES = st.sampled_from(
    [
        text(), text(maxLength=3), text(pattern="^[a-c]+$"), whole(minimum=0, maximum=9), number(), flag(), day(),
        one_of(("a", "b")), maybe(text()), maybe(one_of({"a": "甲"})), maybe(ref("Pair")), ref("Word"), ref("Pair"), {},
    ]
)  # fmt: skip


def _bigger(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    keys = st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    return st.one_of(
        inner.map(lambda schema: listed(schema, minItems=1, maxItems=3)),
        inner.map(mapping),
        st.builds(record, keys, keys),
        st.builds(lambda required, optional: closed(record(required, optional)), keys, keys),
        inner.map(maybe),
    )


SHAPES = st.recursive(LEAVES, _bigger, max_leaves=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 12) | st.sampled_from(["", "a", "ab", "abcde", "2026-03-02"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=4),
    max_leaves=8,
)


def fits(schema: dict[str, Any], value: Any) -> bool:
    """Tell whether the jsonschema package lets ``value`` through."""
    document = {**schema, "components": {"schemas": COMPONENTS}}
    return bool(Draft202012Validator(document).is_valid(value))


@settings(max_examples=400)
@given(schema=SHAPES, value=VALUES)
def test_our_checker_and_the_package_agree(schema: dict[str, Any], value: Any) -> None:
    assert (faults(schema, value, COMPONENTS) == {}) == fits(schema, value)


def test_every_keyword_of_the_apis_schemas_is_one_that_our_checker_knows() -> None:
    known = {
        "type", "properties", "required", "additionalProperties", "items", "enum", "pattern", "minLength", "maxLength",
        "minimum", "maximum", "minItems", "maxItems", "anyOf", "$ref",
    }  # fmt: skip
    words = {"description", "format", "contentMediaType", "examples"}
    seen: set[str] = set()

    def look(schema: Any) -> None:
        if not isinstance(schema, dict):
            return
        seen.update(schema)
        for inner in (*schema.get("properties", {}).values(), *schema.get("anyOf", ()), schema.get("items")):
            look(inner)
        look(schema.get("additionalProperties"))

    for schema in SCHEMAS.values():
        look(schema)
    assert seen <= known | words


@pytest.mark.parametrize(
    "schema,value,named",
    [
        (record({"a": text()}), {}, {"a": "缺少这一项，请补充"}),
        (closed(record({})), {"z": 1}, {"z": "没有“z”这一项，请删去"}),
        (listed(record({"a": whole()})), [{"a": 1}, {"a": "x"}], {"[1].a": "应为整数"}),
        (record({"a": record({"b": flag()})}), {"a": {"b": 1}}, {"a.b": "应为是或否（true、false）"}),
        (text(), 5, {"body": "应为文字"}),
        (maybe(text(maxLength=2)), "abc", {"body": "不能超过2字"}),
        (maybe(ref("Pair")), {"a": "x"}, {"a": "不能少于2字"}),
        (one_of(("pdf", "json")), "xml", {"body": "应为 pdf、json 之一"}),
        (whole(minimum=1), 0, {"body": "不能小于1"}),
        (whole(), True, {"body": "应为整数"}),
    ],
)
def test_what_is_wrong_is_named_by_its_place(schema: dict[str, Any], value: Any, named: dict[str, str]) -> None:
    assert faults(schema, value, COMPONENTS) == named


def test_the_document_holds_the_very_schemas_that_judge_bodies() -> None:
    assert DOCUMENT["components"]["schemas"] == SCHEMAS
