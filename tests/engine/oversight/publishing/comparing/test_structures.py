"""Forms field by field and items key by key: each difference with its path, before and after."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

import forms
from engine.oversight.publishing.comparing.changes import Detail, Part, json_details
from engine.oversight.publishing.comparing.structures import compare_forms, compare_items
from processes import library

ARCHIVE = json.loads(forms.source("archive"))
ITEM = json.loads((library.SHIPPED / "items" / "I02.json").read_text("utf-8"))


def edited(document: dict[str, Any], change: str, value: Any) -> dict[str, Any]:
    """Return the document with the value at a path of keys and numbers changed."""
    made = copy.deepcopy(document)
    place: Any = made
    *way, last = change.split("/")
    for step in way:
        place = place[int(step)] if step.isdigit() else place[step]
    place[int(last) if last.isdigit() else last] = value
    return made


@pytest.mark.parametrize("key", forms.keys())
def test_every_form_is_like_itself_and_each_of_its_fields_is_found_by_its_key(key: str):
    form = json.loads(forms.source(key))
    assert compare_forms(form, form) == ()
    for number, field in enumerate(form["components"]):
        told = compare_forms(form, edited(form, f"components/{number}/label", "别的名称"))
        assert [one.details[0].what for one in told] == ["label"], field
        without = {**form, "components": [one for one in form["components"] if one is not field]}
        assert {one.change for one in compare_forms(form, without)} == {"removed"}
        assert {one.change for one in compare_forms(without, form)} == {"added"}


def test_a_field_says_what_differs_in_it():
    longer = edited(ARCHIVE, "components/1/validate/maxLength", 60)
    assert compare_forms(ARCHIVE, longer) == (
        Part("archive_no", "档号", "changed", (Detail("validate.maxLength", "100", "60"),)),
    )
    choice = edited(ARCHIVE, "components/0/values/1/label", "三十年")
    assert compare_forms(ARCHIVE, choice)[0].details == (Detail("values.30.label", "30年", "三十年"),)


def test_a_field_within_a_list_is_told_by_its_way():
    form = {"id": "f", "components": [
        {"type": "dynamiclist", "path": "materials", "components": [{"key": "copies", "label": "份数"}]}]}  # fmt: skip
    told = compare_forms(form, edited(form, "components/0/components/0/label", "几份"))
    assert [(one.id, one.details) for one in told] == [("materials.copies", (Detail("label", "份数", "几份"),))]


def test_an_item_is_told_key_by_key_and_its_materials_by_their_numbers():
    assert compare_items(ITEM, ITEM) == ()
    assert compare_items(ITEM, edited(ITEM, "promise/days", 4)) == (
        Part("promise", "", "changed", (Detail("days", "5", "4"),)),
    )
    told = compare_items(ITEM, edited(ITEM, "materials/2/copies", 9))
    assert [(one.id, one.details[0].what, one.details[0].after) for one in told] == [("materials", "3.copies", "9")]
    assert [one.change for one in compare_items(ITEM, {**ITEM, "fee": True})] in (["added"], ["changed"])


@pytest.mark.parametrize(
    "before, after, told",
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": None}, [("a", "1", "")]),
        ({"a": [1, 2]}, {"a": [2, 1]}, [("a", "[1, 2]", "[2, 1]")]),
        ([{"key": "x", "v": 1}], [{"key": "x", "v": 2}], [("x.v", "1", "2")]),
        ([{"key": "x"}, {"key": "y"}], [{"key": "x"}], [("y", '{"key": "y"}', "")]),
        ([{"key": "x"}, {"key": "x"}], [{"key": "x"}], [("", '[{"key": "x"}, {"key": "x"}]', '[{"key": "x"}]')]),
        ([{"key": "x"}, {"key": "y"}], [{"key": "y"}, {"key": "x"}],
         [("", '[{"key": "x"}, {"key": "y"}]', '[{"key": "y"}, {"key": "x"}]')]),
        ("文", "字", [("", "文", "字")]),
    ],
)  # fmt: skip
def test_json_is_told_by_the_path_of_its_keys(before: Any, after: Any, told: list[tuple[str, str, str]]):
    assert [(one.what, one.before, one.after) for one in json_details(before, after)] == told
