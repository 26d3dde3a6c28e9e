"""A form with anything the server cannot show and check whole is refused, with place and sentence."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forms
from forms import Context
from forms.refusal import refused
from tests.forms.samples import NOW


def schema(*components: dict[str, Any]) -> dict[str, Any]:
    return {"schemaVersion": 18, "type": "default", "id": "probe", "components": list(components)}


def field(**changes: Any) -> dict[str, Any]:
    return {"type": "textfield", "id": "f1", "key": "name", "label": "名称", **changes}


def rows(*components: dict[str, Any], **properties: str) -> dict[str, Any]:
    return {
        "type": "dynamiclist", "id": "l1", "path": "items", "label": "清单", "properties": properties,
        "components": list(components),
    }  # fmt: skip


NUMBERED = {"type": "number", "id": "n1", "key": "no", "label": "序号", "readonly": True}


def rules_of(*components: dict[str, Any]) -> list[str]:
    return [problem.rule for problem in refused(schema(*components))]


def test_a_plain_field_passes():
    assert rules_of(field()) == []


def test_a_fixed_list_with_its_row_key_passes():
    assert rules_of(rows(NUMBERED, field(), rows="fixed", row_key="no", row_legend="name")) == []


@pytest.mark.parametrize(
    "kind", ["iframe", "html", "table", "taglist", "image", "expression", "documentPreview", "nonsense", ""]
)
def test_a_component_the_server_cannot_render_is_refused(kind):
    assert rules_of(field(type=kind)) == ["unsupported"]


@pytest.mark.parametrize("kind", ["separator", "spacer", "button", "text"])
def test_static_components_pass(kind):
    assert rules_of({"type": kind, "id": "s", "text": "## 说明"}, field()) == []


@pytest.mark.parametrize(
    "changes, rule",
    [
        ({"key": "Name"}, "key"),
        ({"key": "1a"}, "key"),
        ({"key": "a.b"}, "key"),
        ({"key": ""}, "key"),
        ({"key": None}, "key"),
        ({"label": ""}, "label"),
        ({"label": "{{ name }}"}, "template"),
        ({"label": '="x"'}, "template"),
        ({"description": "<b>重要</b>"}, "template"),
        ({"readonly": "=true"}, "template"),
        ({"disabled": True}, "foreign"),
        ({"valuesKey": "x"}, "foreign"),
        ({"conditional": {"hide": "=count(x) > 1"}}, "condition"),
        ({"conditional": {"hide": "name = 1"}}, "condition"),
        ({"validate": {"validationType": "email"}}, "rule"),
        ({"validate": {"remote": "x"}}, "rule"),
        ({"validate": {"maxLength": "many"}}, "rule"),
        ({"validate": {"maxLength": True}}, "rule"),
        ({"validate": {"pattern": "(a+)+"}}, "pattern"),
        ({"properties": {"chek": "phone"}}, "property"),
        ({"properties": {"check": "luhn"}}, "property"),
        ({"properties": {"default": "yesterday"}}, "property"),
        ({"properties": {"kind_key": "other_field"}}, "kind_key"),
        ({"properties": {"not_after": "nowhere"}}, "not_after"),
        ({"type": "number", "properties": {"control": "signature"}}, "control"),
        ({"type": "radio"}, "values"),
        ({"type": "radio", "values": [{"value": "a", "label": "甲"}, {"value": "a", "label": "乙"}]}, "values"),
        ({"type": "radio", "values": [{"value": 1, "label": "甲"}]}, "values"),
        ({"type": "radio", "values": [{"value": "a"}]}, "values"),
        ({"type": "radio", "values": ["a"]}, "values"),
        ({"type": "select", "values": [{"value": "x", "label": "甲"}],
          "properties": {"check": "kind-by-applicant"}}, "values"),
        ({"type": "datetime"}, "subtype"),
        ({"type": "datetime", "subtype": "time"}, "subtype"),
        ({"type": "group", "path": "nested", "components": []}, "group_path"),
    ],
)  # fmt: skip
def test_a_field_outside_the_house_rules_is_refused(changes, rule):
    problems = refused(schema(field(**changes)))
    assert [problem.rule for problem in problems] == [rule]
    assert problems[0].where == "f1"
    assert problems[0].sentence.endswith("。")


@pytest.mark.parametrize(
    "component, rule",
    [
        (rows(), "components"),
        (rows(field(), rows="fixed"), "row_key"),
        (rows({**NUMBERED, "readonly": False}, rows="fixed"), "row_key"),
        (rows(NUMBERED, rows="open"), "property"),
        (rows(NUMBERED, unique="account"), "unique"),
        (rows(NUMBERED, row_legend="name"), "row_legend"),
        (rows(NUMBERED, at_least="2"), "at_least"),
        (rows(NUMBERED, min_rows="some"), "property"),
        (rows(NUMBERED, rows(NUMBERED)), "component_id"),
        (rows(field(properties={"control": "signature"})), "control"),
        ({**rows(NUMBERED), "path": "Items"}, "key"),
    ],
)
def test_a_list_outside_the_house_rules_is_refused(component, rule):
    assert rule in rules_of(component)


def test_a_list_in_a_list_is_refused():
    inner = {**rows({**NUMBERED, "id": "n2"}), "id": "l2"}
    assert rules_of(rows(inner)) == ["nested_list"]


@pytest.mark.parametrize("component", ["text", 7, None, ["group"]])
def test_a_component_that_is_no_object_is_refused(component):
    assert rules_of(component) == ["component"]


def test_a_component_without_a_type_is_refused():
    assert rules_of(field(type=None)) == ["component"]


def test_properties_are_texts_as_form_js_writes_them():
    assert rules_of(field(properties={"must_all": True})) == ["component"]


def test_equal_keys_on_one_level_are_refused_even_across_groups():
    group = {"type": "group", "id": "g", "label": "组", "components": [field(id="f2")]}
    assert rules_of(field(), group) == ["duplicate_key"]


def test_equal_keys_inside_and_outside_a_list_are_allowed():
    assert rules_of(field(), rows(field(id="f2"))) == []


def test_a_row_may_refer_to_a_field_of_the_form():
    inner = field(id="f2", key="id_no", properties={"check": "id-by-kind", "kind_key": "name"})
    assert rules_of(field(), rows(inner)) == []


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"type": "default"},
        {**schema(field()), "schemaVersion": 19},
        {**schema(field()), "id": ""},
        {**schema(field()), "id": "a b"},
        {**schema(field()), "components": []},
        {**schema(field()), "components": {"0": field()}},
        schema(field(), field()),
        schema(field(id="")),
        schema(*[field(id=f"f{i}", key=f"k{i}") for i in range(301)]),
    ],
)
def test_a_schema_that_is_no_form_of_ours_is_refused(broken):
    assert refused(broken)


@pytest.mark.parametrize("name", ["validate", "conditional", "properties", "values", "components", "key", "label"])
def test_a_misshapen_component_is_refused_and_nothing_breaks(name):
    assert "component" in {problem.rule for problem in refused(schema(field(**{name: 7})))}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8) | st.sampled_from(["text", "group", "number"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(st.data())
def test_a_built_in_form_damaged_anywhere_is_judged_without_an_exception(data):
    damaged = copy.deepcopy(forms.load(data.draw(st.sampled_from(forms.keys()))))
    spot: Any = damaged
    while True:
        key = data.draw(st.sampled_from(sorted(spot) if isinstance(spot, dict) else range(len(spot))))
        child = spot[key]
        if not isinstance(child, dict | list) or not child or data.draw(st.booleans()):
            spot[key] = data.draw(_JSON)
            break
        spot = child
    for problem in refused(damaged):
        assert problem.sentence
    if not refused(damaged):
        context = Context(now=NOW)
        forms.render(damaged, forms.initial(damaged, context), {}, context)
