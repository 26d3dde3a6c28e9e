"""Forms are published as processes are: checked, pinned by digest, taken by the next case, kept by the running one."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

import forms
from engine.oversight.publishing.commands import Deploy
from engine.oversight.publishing.files import shipped_forms
from engine.oversight.publishing.forming import form_problems, titled
from engine.oversight.publishing.rules import ProcessRefused
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import current_release, own_forms, release_at
from engine.registry.identity.rules import SYSTEM
from tests.engine.oversight.publishing.test_releases import shipped
from tests.support.house import House

KEY = "substantive_review"


def relabelled(key: str = KEY, label: str = "审查情况（改）") -> str:
    schema = forms.load(key)
    first = next(one for one in every(schema) if one.get("key"))
    first["label"] = label
    return json.dumps(schema, ensure_ascii=False)


def every(schema: dict[str, Any]):
    for one in schema.get("components", ()):
        yield one
        yield from every(one)


def deploy(house: House, **given: str):
    return house.execute("P61", Deploy(processes={}, forms=given))


def form_of(house: House, case_no: str) -> dict[str, Any]:
    with house.door.read(SYSTEM) as view:
        release = release_at(view.connection, house.case(case_no).release_id)
        return view.part(Bundles).form(view.connection, release.forms[KEY])


def test_the_next_case_is_asked_by_the_new_form_and_the_running_one_by_its_own(house: House):
    running = house.accepted_commitment()
    assert deploy(house, **{KEY: relabelled()})["releases"]
    after = house.accepted_commitment()
    assert "审查情况（改）" in json.dumps(form_of(house, after), ensure_ascii=False)
    assert form_of(house, running) == forms.load(KEY)
    assert house.violations() == []


def test_a_later_release_of_something_else_keeps_the_form_of_the_centre(house: House):
    deploy(house, **{KEY: relabelled()})
    text = shipped("intake").replace("</bpmn:process>", "<!-- 新版 --></bpmn:process>")
    house.execute("P61", Deploy(processes={"intake": text}))
    assert "审查情况（改）" in json.dumps(form_of(house, house.accepted_commitment()), ensure_ascii=False)


def test_the_programs_own_form_published_again_stands_in_nobodys_place(sqlite_house: House):
    house = sqlite_house
    deploy(house, **{KEY: relabelled()})
    deploy(house, **{KEY: forms.source(KEY).decode()})
    with house.door.read(SYSTEM) as view:
        assert own_forms(view.connection) == {}
        number = current_release(view.connection, "I02", view.now).number
    assert number == 3
    assert deploy(house, **{KEY: forms.source(KEY).decode()})["releases"] == {}


def test_a_process_may_name_a_new_form_that_comes_with_it(sqlite_house: House):
    house = sqlite_house
    schema = {**forms.load("relay_reply"), "id": "brand_new"}
    route = shipped("route_commitment").replace(f'form="{KEY}"', 'form="brand_new"').replace(f">{KEY}<", ">brand_new<")
    assert "brand_new" in route
    with pytest.raises(ProcessRefused):
        house.execute("P61", Deploy(processes={"route_commitment": route}))
    command = Deploy(processes={"route_commitment": route}, forms={"brand_new": json.dumps(schema)})
    house.execute("P61", command)
    with house.door.read(SYSTEM) as view:
        assert "brand_new" in current_release(view.connection, "I02", view.now).forms


def changed(change) -> bytes:
    schema = copy.deepcopy(forms.load(KEY))
    change(schema)
    return json.dumps(schema, ensure_ascii=False).encode()


def drop_first(schema: dict[str, Any]) -> None:
    def cut(parts: list[dict[str, Any]]) -> bool:
        for place, one in enumerate(parts):
            if one.get("key"):
                del parts[place]
                return True
            if cut(one.get("components", [])):
                return True
        return False

    cut(schema["components"])


def other_kind(schema: dict[str, Any]) -> None:
    first = next(one for one in every(schema) if one.get("key") and one["type"] in ("textarea", "textfield"))
    first["type"] = "textfield" if first["type"] == "textarea" else "textarea"


@pytest.mark.parametrize(
    "change, rule",
    [
        (drop_first, "form-field-missing"), (other_kind, "form-field-kind"),
        (lambda schema: schema.update(id="another"), "form-name"),
        (lambda schema: schema["components"].append({"type": "iframe", "id": "x"}), "form-"),
    ],
)  # fmt: skip
def test_a_form_that_the_house_could_not_use_is_refused_by_rule(change, rule: str):
    found = form_problems({KEY: changed(change)})
    assert any(one.rule.startswith(rule) for one in found)
    assert all(one.level == "error" for one in found)


def test_a_form_may_be_worded_arranged_and_enlarged():
    def more(schema: dict[str, Any]) -> None:
        schema["components"].append({"type": "textarea", "id": "extra_note", "key": "extra_note", "label": "补充"})
        schema["components"].reverse()

    assert form_problems({KEY: changed(more)}) == ()
    assert form_problems({KEY: relabelled().encode()}) == ()


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b"\xff"])
def test_what_is_no_form_is_refused(text: bytes):
    [problem] = form_problems({KEY: text}) or [None]
    assert problem is not None
    assert problem.level == "error"
    assert titled(text) == ""


def test_a_form_that_no_process_uses_is_refused_with_what_to_do(sqlite_house: House):
    with pytest.raises(ProcessRefused) as refused:
        deploy(sqlite_house, supply_deficient=relabelled("supply_deficient"))
    assert [one.rule for one in refused.value.problems] == ["form-unused"]
    assert "请连同使用它的流程一起发布" in refused.value.sentence


def test_every_form_of_the_program_passes_its_own_check():
    assert form_problems({key: forms.source(key) for key in shipped_forms()}) == ()
