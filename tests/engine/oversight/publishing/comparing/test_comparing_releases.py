"""Two releases compared: every kind of file a release pins, in one look at the contents; keys are told in words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.oversight.publishing.commands import Deploy
from engine.oversight.publishing.comparing.changes import ADDED, CHANGED, REMOVED
from engine.oversight.publishing.comparing.drafts import KINDS, FileChange
from engine.oversight.publishing.comparing.releases import compare_releases, files_of
from engine.oversight.publishing.comparing.wording import worded
from engine.process.bpmn.releases.queries import put_artifact, release_numbered
from engine.registry.identity.rules import SYSTEM
from processes import library
from tests.engine.oversight.publishing.test_releases import deploy, shipped, without
from tests.support.counting import statements
from tests.support.house import House

ROUTE = "route_commitment"


def compared(house: House, before: int = 1, after: int = 2, **changed) -> list[FileChange]:
    with house.door.read(SYSTEM) as view:
        first, second = (release_numbered(view.connection, "I02", number) for number in (before, after))
        return compare_releases(view, first, replace(second, **changed))


def test_the_same_release_has_no_difference(sqlite_house: House):
    assert compared(sqlite_house, 1, 1) == []


def test_a_step_cut_out_is_told_with_its_form_and_back_again_the_other_way(sqlite_house: House):
    deploy(sqlite_house, route_commitment=without(ROUTE, "ut_dept_opinion"))
    there = {(one.kind, one.name): one.change for one in compared(sqlite_house)}
    back = {(one.kind, one.name): one.change for one in compared(sqlite_house, 2, 1)}
    assert there == {("process", ROUTE): CHANGED, ("form", "dept_opinion"): REMOVED}
    assert back == {("process", ROUTE): CHANGED, ("form", "dept_opinion"): ADDED}
    [route] = [one for one in compared(sqlite_house) if one.kind == "process"]
    [back_route] = [one for one in compared(sqlite_house, 2, 1) if one.kind == "process"]
    assert {part.id for part in route.parts if part.change == REMOVED} == {
        part.id for part in back_route.parts if part.change == ADDED
    }


def test_a_value_of_the_item_is_told_by_its_key(sqlite_house: House):
    item = json.loads((Path(library.__file__).parent / "items" / "I02.json").read_text("utf-8"))
    item["visits_limit"] += 1
    sqlite_house.execute("P61", Deploy(processes={}, items={"I02": json.dumps(item, ensure_ascii=False)}))
    [one] = compared(sqlite_house)
    [part] = one.parts
    assert (one.kind, one.title, part.id, part.change) == ("item", item["name"], "visits_limit", CHANGED)
    assert [(each.before, each.after) for each in part.details] == [
        (str(item["visits_limit"] - 1), str(item["visits_limit"]))
    ]


def test_a_form_is_told_field_by_field(sqlite_house: House):
    house = sqlite_house
    with house.door.read(SYSTEM) as view:
        first = release_numbered(view.connection, "I02", 1)
    form = {"type": "default", "components": [{"key": "a", "type": "textfield", "label": "甲"}]}
    required = {"key": "a", "type": "textfield", "label": "甲", "validate": {"required": True}}
    other = {"type": "default", "components": [required, {"key": "b", "type": "checkbox", "label": "乙"}]}
    with house.unit("release:catalogue") as unit:
        digests = [put_artifact(unit, "form", "x", json.dumps(one).encode()) for one in (form, other)]
    with house.door.read(SYSTEM) as view:
        [one] = compare_releases(view, replace(first, forms={"x": digests[0]}), replace(first, forms={"x": digests[1]}))
    told = {part.id: (part.name, part.change) for part in one.parts}
    assert told == {"a": ("甲", CHANGED), "b": ("乙", ADDED)}
    [detail] = one.parts[0].details
    assert worded("form", detail.what) in ("校验", "校验 · 必填")


def test_counting_figures_are_told_with_their_units_and_unknown_ones_by_their_key(sqlite_house: House):
    with sqlite_house.door.read(SYSTEM) as view:
        first = release_numbered(view.connection, "I02", 1)
        other = {**first.policies, "delivery": first.policies["delivery"] - 1, "invented": 3}
        [one] = compare_releases(view, first, replace(first, policies=other))
    assert (one.kind, KINDS[one.kind]) == ("figures", "参数")
    told = {part.id: (part.name, part.change, part.details[0].before, part.details[0].after) for part in one.parts}
    assert told == {
        "delivery": ("送达期限", CHANGED, "10个工作日", "9个工作日"), "invented": ("invented", ADDED, "", "3")
    }  # fmt: skip


def test_however_many_files_differ_their_contents_are_read_by_two_statements(sqlite_house: House):
    names = (ROUTE, "intake", "examination", "archive")
    deploy(sqlite_house, **{name: shipped(name).replace('name="', 'name="新', 1) for name in names})
    with sqlite_house.door.read(SYSTEM) as view:
        first, second = (release_numbered(view.connection, "I02", number) for number in (1, 2))
        with statements(view.connection) as sent:
            found = compare_releases(view, first, second)
    assert {one.name for one in found if one.kind == "process"} == set(names)
    assert len(sent) == 2


def test_every_kind_of_file_has_a_word(sqlite_house: House):
    with sqlite_house.door.read(SYSTEM) as view:
        assert files_of(release_numbered(view.connection, "I02", 1)).keys() <= KINDS.keys()


@pytest.mark.parametrize(
    "kind, path, said",
    [("form", "validate.required", "校验 · 必填"), ("item", "promise.days", "承诺时限 · 天数"), ("form", "odd", "odd"),
     ("message", "facts.amount.most", "事实 · amount · 最大"), ("process", "岗位", "岗位"), ("item", "", "")],
)  # fmt: skip
def test_keys_are_told_in_words_and_what_has_none_as_it_is_written(kind: str, path: str, said: str):
    assert worded(kind, path) == said


def test_every_key_of_the_shipped_items_has_a_word():
    for file in (Path(library.__file__).parent / "items").glob("*.json"):
        item = json.loads(file.read_text("utf-8"))
        assert [key for key in item if worded("item", key) == key] == [], file.name
