"""Data of documents: complete or refused with all problems at once; frozen data is stable."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import notices
from tests.forms.notices.samples import DATA, data

KINDS = sorted(DATA)


def problems(kind: str, **changes: Any) -> dict[str, str]:
    with pytest.raises(notices.NoticeIncomplete) as caught:
        notices.freeze(kind, data(kind, **changes))
    assert caught.value.code == "NOTICE_INCOMPLETE"
    return caught.value.problems


@pytest.mark.parametrize("kind", KINDS)
def test_frozen_data_is_plain_json_and_freezing_it_again_changes_nothing(kind):
    frozen = notices.freeze(kind, data(kind))
    assert json.loads(json.dumps(frozen.data)) == frozen.data
    assert notices.freeze(kind, frozen.data) == frozen
    assert frozen.template_digest == notices.template_digest()
    assert re.fullmatch("[0-9a-f]{64}", frozen.template_digest)
    assert re.fullmatch("[0-9a-f]{64}", frozen.font_digest)


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_document_names_everything_that_is_missing_at_once(kind):
    with pytest.raises(notices.NoticeIncomplete, match="请补充后再出具文书") as caught:
        notices.freeze(kind, {})
    found = caught.value.problems
    assert {"number", "case_no", "qr_url", "issued_at", "applicant", "item"} <= set(found)
    assert all(sentence in str(caught.value) for sentence in found.values())


def test_an_unknown_kind_is_refused():
    with pytest.raises(notices.NoticeUnknown, match="没有“nothing”这种文书"):
        notices.freeze("nothing", {})


@pytest.mark.parametrize("kind", KINDS)
def test_a_misspelt_key_does_not_vanish(kind):
    assert problems(kind, handlr="王") == {"handlr": "文书数据中有多余的内容“handlr”"}


def test_a_misspelt_key_in_a_row_does_not_vanish_either():
    rows = [{"name": "材料", "copies": 1, "advise": "x"}]
    assert "materials[0].advise" in problems("correction_notice", materials=rows)


@pytest.mark.parametrize(
    "kind, changes, key",
    [
        ("acceptance_notice", {"material_count": 0}, "material_count"),
        ("acceptance_notice", {"material_count": "6"}, "material_count"),
        ("acceptance_notice", {"material_count": True}, "material_count"),
        ("acceptance_notice", {"working_days": None}, "working_days"),
        ("acceptance_notice", {"working_days": 0}, "working_days"),
        ("acceptance_notice", {"instant": True}, "working_days"),
        ("acceptance_notice", {"instant": "yes"}, "instant"),
        ("acceptance_notice", {"excluded_procedures": ["踏勘"]}, "excluded_procedures"),
        ("acceptance_notice", {"excluded_procedures": "听证"}, "excluded_procedures"),
        ("acceptance_notice", {"intake_mode": "both"}, "intake_mode"),
        ("acceptance_notice", {"issued_at": "2026-03-02"}, "issued_at"),
        ("acceptance_notice", {"issued_at": "2026-03-02T09:18:00"}, "issued_at"),
        ("acceptance_notice", {"issued_at": "today"}, "issued_at"),
        ("acceptance_notice", {"issued_at": "1800-01-01T00:00:00+08:00"}, "issued_at"),
        ("acceptance_notice", {"applicant": " \u3000"}, "applicant"),
        ("acceptance_notice", {"applicant": 7}, "applicant"),
        ("acceptance_notice", {"applicant": "王" * 101}, "applicant"),
        ("acceptance_notice", {"complaint_phone": ""}, "complaint_phone"),
        ("correction_notice", {"materials": []}, "materials"),
        ("correction_notice", {"materials": None}, "materials"),
        ("correction_notice", {"materials": ["x"]}, "materials"),
        ("correction_notice", {"materials": [{"name": "", "copies": 1}]}, "materials[0].name"),
        ("correction_notice", {"materials": [{"name": "甲"}]}, "materials[0].copies"),
        ("correction_notice", {"materials": [{"name": "甲", "copies": 1}] * 101}, "materials"),
        ("correction_notice", {"defect": "late"}, "defect"),
        ("rejection_notice", {"competent_authority": ""}, "competent_authority"),
        ("rejection_notice", {"legal_basis": "\n"}, "legal_basis"),
        ("rejection_notice", {"ground": []}, "ground"),
        ("handover_slip", {"subject": "people"}, "subject"),
        ("handover_slip", {"rows": [{"name": "甲", "copies": -1}]}, "rows[0].copies"),
        ("delivery_receipt", {"method": "drone"}, "method"),
        ("delivery_receipt", {"delivered_at": "10:02"}, "delivered_at"),
    ],
)
def test_wrong_data_is_refused_at_its_key(kind, changes, key):
    assert list(problems(kind, **changes)) == [key]


def test_what_may_be_left_out_is_filled_with_the_printed_words():
    frozen = notices.freeze("acceptance_notice", data("acceptance_notice")).data
    assert frozen["intake_mode"] == "printed"
    assert frozen["instant"] is False
    assert notices.freeze("correction_notice", data("correction_notice")).data["defect"] == "both"
    slip = notices.freeze("handover_slip", data("handover_slip", to_person="", rows=[{"name": "甲", "copies": 0}])).data
    assert slip["rows"] == [{"name": "甲", "copies": 0, "copies_received": None, "reference": ""}]


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150)
@given(st.sampled_from(KINDS), st.data())
def test_any_data_is_either_frozen_for_good_or_refused(kind, draw):
    given_data = data(kind)
    for key in draw.draw(st.lists(st.sampled_from(sorted(given_data)), unique=True, min_size=1, max_size=3)):
        given_data[key] = draw.draw(_ANY)
    with suppress(notices.NoticeIncomplete, notices.MissingGlyph):
        frozen = notices.freeze(kind, given_data)
        assert notices.freeze(kind, frozen.data) == frozen
        assert notices.body_text(kind, frozen.data)
