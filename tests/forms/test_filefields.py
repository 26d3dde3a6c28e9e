"""Upload fields by name: what each is for, and files that come another way than by the page."""

from __future__ import annotations

import pytest

import forms
from forms import UploadRef
from tests.forms.samples import PDF, PNG, answer, context_of

ONE, TWO = UploadRef("a" * 64, "一.jpg", 1, "image/jpeg"), UploadRef("b" * 64, "二.jpg", 2, "image/jpeg")


def test_a_material_is_called_by_its_name_and_a_field_by_its_label():
    given = context_of("application")
    data = {**answer("application"), "by_agent": True}
    found = forms.file_fields(forms.load("application"), data, given)
    names = [row["name"] for row in given.rows["materials"]]
    shown = {name: title for name, title in found.items() if name.startswith("materials")}
    assert set(shown.values()) <= set(names)
    assert shown["materials[0].files"] == names[0]
    assert found["agent_letter"] == "授权委托书"


def test_a_field_that_the_answer_hides_is_not_there():
    schema, given = forms.load("application"), context_of("application")
    assert "agent_letter" not in forms.file_fields(schema, {**answer("application"), "by_agent": False}, given)


@pytest.mark.parametrize("key", forms.keys())
def test_every_button_for_a_telephone_names_a_field_that_is_known(key: str):
    schema, given = forms.load(key), context_of(key)
    page = str(forms.render(schema, answer(key), {}, given, htmx_post="/here", phones={}))
    known = forms.file_fields(schema, answer(key), given)
    assert page.count("用手机拍照") == len(known)
    for name in known:
        assert f'value="phone:{name}" formaction="/here#{forms.model.field_id(name)}" formnovalidate' in page


def test_without_telephones_no_field_offers_one_and_an_open_link_stands_in_the_buttons_place():
    from markupsafe import Markup

    schema, given = forms.load("record_visit"), context_of("record_visit")
    assert "用手机拍照" not in forms.render(schema, answer("record_visit"), {}, given)
    shown = forms.render(schema, answer("record_visit"), {}, given, phones={"files": Markup("<b>二维码</b>")})
    assert "<b>二维码</b>" in shown
    assert "用手机拍照" not in shown


def test_files_are_added_to_a_field_and_to_a_row_and_nothing_else_changes():
    data = {"files": [ONE.as_data()], "materials": [{"no": "1", "files": []}, {"no": "2"}], "note": "已填"}
    assert forms.add_files(data, "files", [TWO])["files"] == [ONE.as_data(), TWO.as_data()]
    changed = forms.add_files(data, "materials[1].files", [ONE, TWO])
    assert changed["materials"] == [{"no": "1", "files": []}, {"no": "2", "files": [ONE.as_data(), TWO.as_data()]}]
    assert changed["note"] == "已填"
    assert data["materials"] == [{"no": "1", "files": []}, {"no": "2"}]


def test_a_file_that_lies_there_already_is_not_repeated():
    assert forms.add_files({"files": [ONE.as_data()]}, "files", [ONE, TWO])["files"] == [ONE.as_data(), TWO.as_data()]


@pytest.mark.parametrize("name", ["materials[2].files", "other[0].files"])
def test_a_row_that_is_no_longer_there_takes_nothing(name: str):
    data = {"materials": [{"no": "1"}, {"no": "2"}]}
    assert forms.add_files(data, name, [ONE]) == data


def test_what_was_added_passes_the_forms_own_check():
    schema, given = forms.load("record_visit"), context_of("record_visit")
    data = forms.add_files({**answer("record_visit"), "files": [PDF.as_data()]}, "files", [PNG])
    checked = forms.validate(schema, data, given)
    assert checked.errors == {}
    assert [file["digest"] for file in checked.data["files"]] == [PDF.digest, PNG.digest]
