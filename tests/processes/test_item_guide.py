"""The elements of a service guide (T057, 5.2.2): what is missing is named, in a draft that cannot be read yet too."""

from __future__ import annotations

import json
from typing import Any

import pytest

import forms
from forms.model import flat, read_form
from processes import library
from processes.item_guide import ELEMENTS, guide_elements, missing


def raw(code: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((library.SHIPPED / "items" / f"{code}.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("code", sorted(library.items()))
def test_T057_every_shipped_item_has_every_element_of_the_guide(code: str):
    assert missing(raw(code)) == ()


def test_T057_a_guide_without_a_complaint_channel_names_it():
    item = raw("I10")
    item["channels"]["complaint_phone"] = " "
    assert missing(item) == ("监督投诉渠道",)


def test_a_draft_with_nothing_in_it_misses_everything_and_breaks_nothing():
    assert missing({}) == tuple(name for name, _, _ in ELEMENTS)
    assert missing({"guide": [], "channels": "x", "promise": None, "materials": {}, "basis": [""]})


def test_every_element_leads_to_a_field_of_the_form():
    keys = {part.key for part in flat(read_form(forms.load("item")).parts)}
    assert {one.field for one in guide_elements({})} <= keys
