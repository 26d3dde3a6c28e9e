"""An item as a form and back: what the form shows is what the file says, and nothing else of the file is touched."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forms
from forms import Context
from forms.model import flat, read_form
from processes import library, words
from processes.item_form import answer_of, carried_marks, written
from processes.items import load
from processes.joint_plan import VETO_EFFECTS

CODES = sorted(library.items())
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


def raw(code: str) -> dict[str, Any]:
    text = (library.SHIPPED / "items" / f"{code}.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return found


def context(**first: Any) -> Context:
    places = [(key, key) for key in library.departments()]
    flows = [("one_window_main", "主流程")]
    options = {"main_process": flows, "lead_department": places, "branches.department": places}
    return Context(NOW, options=options, defaults=first, rows=first)


def checked(answer: dict[str, Any]) -> dict[str, Any]:
    found = forms.validate(forms.load("item"), answer, context())
    assert found.ok, found.errors
    return found.data


@pytest.mark.parametrize("code", CODES)
def test_a_shipped_item_goes_through_the_form_and_comes_back_the_same(code: str):
    first = forms.initial(forms.load("item"), context(**answer_of(raw(code))))
    back = written(raw(code), checked(first))
    assert load(back) == load((library.SHIPPED / "items" / f"{code}.json").read_bytes())


def test_every_choice_of_the_form_is_a_word_of_the_catalogue():
    parts = {part.key: part for part in flat(read_form(forms.load("item")).parts)}
    inner = {f"{key}.{one.key}": one for key, part in parts.items() if part.is_list for one in flat(part.parts)}
    expected: dict[str, Mapping[Any, str]] = {
        "item_type": words.ITEM_TYPES, "case_type": words.CASE_TYPES, "intake_mode": words.INTAKE_MODES,
        "entry_mode": words.ENTRY_MODES, "apply_object": words.APPLY_OBJECTS, "online_depth": words.ONLINE_DEPTHS,
        "promise_unit": words.UNITS, "statutory_unit": words.UNITS, "clock_anchor": words.CLOCK_ANCHORS,
        "use_level": words.USE_LEVELS, "materials.form": words.MATERIAL_FORMS, "stages.kind": words.STAGE_KINDS,
        "branches.veto": VETO_EFFECTS,
    }  # fmt: skip
    for key, choices in expected.items():
        part = {**parts, **inner}[key]
        assert [(one.value, one.label) for one in part.options] == [(str(k), v) for k, v in choices.items()], key
    for key, texts in (
        ("cross_region", words.CROSS_REGIONS), ("special_procedures", words.SPECIAL_PROCEDURES),
        ("materials.source", words.MATERIAL_SOURCES), ("stages.procedure", words.SPECIAL_PROCEDURES),
    ):  # fmt: skip
        assert tuple(one.value for one in {**parts, **inner}[key].options) == tuple(texts), key


def test_what_the_form_does_not_show_stays_in_the_file():
    item = {**raw("I10"), "ladders": {"promise": [{"level": 1}]}, "note_of_ours": "x"}
    back = json.loads(written(item, checked(answer_of(item))))
    assert (back["ladders"], back["note_of_ours"]) == (item["ladders"], "x")
    assert back["implement_code"] == item["implement_code"]


def test_a_changed_figure_is_the_only_change():
    item = raw("I10")
    answer = checked(answer_of(item))
    answer["visits_limit"] = 2
    back = json.loads(written(item, answer), parse_float=Decimal)
    item["visits_limit"] = 2
    assert load(json.dumps(back, default=float)) == load(json.dumps(item, default=float))


def test_an_emptied_limit_is_none_at_all():
    answer = checked(answer_of(raw("I10")))
    answer |= {"statutory_days": None, "extension_days": None}
    back = json.loads(written(raw("I10"), answer))
    assert (back["statutory"], back["extension"]) == (None, None)
    assert "statutory.days" not in back["value_sources"]
    assert "extension.days" not in back["value_sources"]


def test_marks_follow_their_values_when_rows_move_and_go_with_them():
    item = raw("I10")
    answer = checked(answer_of(item))
    moved = copy.deepcopy(answer)
    moved["stages"] = [answer["stages"][2], *answer["stages"][:2], *answer["stages"][3:]]
    assert json.loads(written(item, moved))["value_sources"]["stages.0.days"] == "拟"
    gone = copy.deepcopy(answer)
    del gone["stages"][2]
    left = json.loads(written(item, gone))["value_sources"]
    assert not [place for place in left if place.startswith("stages.")]
    assert left["promise.days"] == "拟"


def test_halves_stay_exact_and_what_is_no_number_is_left_to_the_rules():
    answer = answer_of(raw("I10"))
    assert answer["stages"][0]["days"] == "0.5"
    answer["stages"][0]["days"] = "1.2.3"
    back = json.loads(written(raw("I10"), answer))
    assert back["stages"][0]["days"] == "1.2.3"


@given(st.permutations(range(5)), st.sets(st.integers(0, 4)))
def test_marks_never_point_to_another_value(order: list[int], dropped: set[int]):
    basis = [f"第{number}条" for number in range(5)]
    left = [basis[at] for at in order if at not in dropped]
    marks = carried_marks({"basis": basis, "value_sources": {f"basis.{n}": "证" for n in (0, 2, 4)}}, {"basis": left})
    told = {left[int(place.split(".")[1])] for place in marks}
    assert told == {f"第{n}条" for n in (0, 2, 4) if n not in dropped}
