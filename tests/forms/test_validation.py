"""Validation: types, limits, conditions, rows, read-only values; every sentence names its field."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import forms
from tests.forms.samples import ANSWERS, NOW, PDF, PHOTO, answer, context, context_of


def errors(key: str, **changes: Any) -> dict[str, str]:
    return forms.validate(forms.load(key), answer(key, **changes), context_of(key)).errors


def probe(*components: dict[str, Any]) -> dict[str, Any]:
    return {"schemaVersion": 18, "type": "default", "id": "probe", "components": list(components)}


def check_one(component: dict[str, Any], value: Any, **surroundings: Any) -> tuple[Any, str]:
    schema = probe({"id": "f", "key": "f", "label": "字段", **component})
    assert forms.refused(schema) == ()
    checked = forms.validate(schema, {"f": value}, context(**surroundings))
    return checked.data.get("f"), checked.errors.get("f", "")


# Values ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("raw, value", [("3", 3), (" ３ ", 3), (3, 3), ("0", 0), ("+7", 7), ("", None), (None, None)])
def test_a_number_is_whole_and_may_be_typed_in_full_width(raw, value):
    assert check_one({"type": "number"}, raw) == (value, "")


@pytest.mark.parametrize("raw", ["三", "1.5", "1e3", "9" * 10, 1.5, True, [], {}, "0x1", "1 2"])
def test_what_is_no_whole_number_is_refused(raw):
    _, sentence = check_one({"type": "number", "validate": {"required": True}}, raw)
    assert sentence in ("字段应为整数", "请填写字段")


@pytest.mark.parametrize("raw, word", [("0", "不能小于1"), ("21", "不能大于20"), ("-1", "不能小于1")])
def test_a_number_keeps_to_its_bounds(raw, word):
    assert word in check_one({"type": "number", "validate": {"min": 1, "max": 20}}, raw)[1]


def test_a_number_without_bounds_may_not_be_negative():
    assert check_one({"type": "number"}, "-1")[1] == "字段不能小于0"


@pytest.mark.parametrize(
    "raw, value",
    [
        ("2026-03-02", "2026-03-02"),
        ("2026/3/2", "2026-03-02"),
        ("2026.03.02", "2026-03-02"),
        ("2026年3月2日", "2026-03-02"),
        ("２０２６-03-02", "2026-03-02"),
    ],
)
def test_a_date_is_read_as_people_write_it(raw, value):
    assert check_one({"type": "datetime", "subtype": "date"}, raw) == (value, "")


@pytest.mark.parametrize(
    "raw", ["2026-02-30", "今天", "02-03-2026", 20260302, "2026-13-01", "1899-01-01", "2101-01-01"]
)
def test_a_wrong_date_is_refused(raw):
    assert check_one({"type": "datetime", "subtype": "date"}, raw)[1]


@pytest.mark.parametrize(
    "raw, value",
    [
        ("2026-03-02T09:05", "2026-03-02T09:05"),
        ("2026-03-02 09:05", "2026-03-02T09:05"),
        ("2026-03-02T09:05:59", "2026-03-02T09:05"),
        ("2026-03-02T01:05:00Z", "2026-03-02T09:05"),
        ("2026-03-02T01:05+00:00", "2026-03-02T09:05"),
        ("2026-03-02T09:05+08:00", "2026-03-02T09:05"),
    ],
)
def test_a_moment_is_kept_as_the_minute_in_shanghai(raw, value):
    assert check_one({"type": "datetime", "subtype": "datetime"}, raw) == (value, "")


@pytest.mark.parametrize(
    "raw", ["2026-03-02", "2026-03-02T25:00", "soon", "9999-12-31T23:59-12:00", "0001-01-01T00:00Z"]
)
def test_a_wrong_moment_is_refused(raw):
    assert check_one({"type": "datetime", "subtype": "datetime"}, raw)[1]


CHOICES = {"values": [{"value": "a", "label": "甲"}, {"value": "b", "label": "乙"}, {"value": "c", "label": "丙"}]}


@pytest.mark.parametrize("kind", ["radio", "select"])
@pytest.mark.parametrize("raw, ok", [("a", True), ("d", False), (["a"], False), (1, False), ("A", False)])
def test_one_choice_must_be_listed(kind, raw, ok):
    assert (check_one({"type": kind, **CHOICES}, raw)[1] == "") is ok


def test_several_choices_come_back_in_the_order_of_the_form_and_once():
    assert check_one({"type": "checklist", **CHOICES}, ["c", "a", "c"]) == (["a", "c"], "")
    assert check_one({"type": "checklist", **CHOICES}, "b") == (["b"], "")
    assert check_one({"type": "checklist", **CHOICES}, ["a", "x"])[1] == "请在列出的选项中选择字段"
    assert check_one({"type": "checklist", **CHOICES}, [1])[1]


def test_the_context_limits_and_replaces_options():
    limited: dict[str, Any] = {"options": {"f": ("b",)}}
    assert check_one({"type": "radio", **CHOICES}, "b", **limited) == ("b", "")
    assert check_one({"type": "radio", **CHOICES}, "a", **limited)[1]
    replaced: dict[str, Any] = {"options": {"f": (("D11", "张审查"),)}}
    part = {"type": "select", "values": [], "properties": {"options": "context"}}
    assert check_one(part, "D11", **replaced) == ("D11", "")
    assert check_one(part, "D12", **replaced)[1]
    assert check_one(part, "D11")[1]


@pytest.mark.parametrize("raw", ["true", 1, "on", []])
def test_a_box_is_true_or_false_and_nothing_else(raw):
    assert check_one({"type": "checkbox", "validate": {"required": True}}, raw)[1]


def test_a_required_box_must_be_ticked():
    assert check_one({"type": "checkbox", "validate": {"required": True}}, False)[1] == "请确认：字段"
    assert check_one({"type": "checkbox", "validate": {"required": True}}, True) == (True, "")


def test_texts_keep_to_their_length_and_say_how_long_they_are():
    assert check_one({"type": "textfield", "validate": {"maxLength": 3}}, "一二三四")[1] == "字段不能超过3字，现有4字"
    assert check_one({"type": "textfield", "validate": {"minLength": 3}}, "一二")[1] == "字段不能少于3字"
    assert check_one({"type": "textfield"}, "字" * 201)[1]
    assert check_one({"type": "textarea"}, "字" * 2000)[1] == ""
    assert check_one({"type": "textarea"}, "字" * 1_000_000)[1] == "字段不能超过2000字"
    assert check_one({"type": "textfield"}, 7)[1] == "字段应为文字"


def test_a_pattern_gives_its_own_sentence():
    rule = {"pattern": "^JY[0-9]+$", "patternErrorMessage": "应以JY开头"}
    assert check_one({"type": "textfield", "validate": rule}, "AB1")[1] == "应以JY开头"
    assert check_one({"type": "textfield", "validate": {"pattern": "^JY"}}, "AB1")[1] == "字段的格式不对"
    assert check_one({"type": "textfield", "validate": rule}, "JY1") == ("JY1", "")


def test_full_width_is_narrowed_only_where_the_form_asks():
    assert check_one({"type": "textfield", "properties": {"normalise": "nfkc"}}, "Ｄ１１") == ("D11", "")
    assert check_one({"type": "textfield"}, "Ｄ１１") == ("Ｄ１１", "")


@pytest.mark.parametrize(
    "kind, sentence",
    [
        ({"type": "textfield"}, "请填写字段"),
        ({"type": "textarea"}, "请填写字段"),
        ({"type": "number"}, "请填写字段"),
        ({"type": "radio", **CHOICES}, "请选择字段"),
        ({"type": "checklist", **CHOICES}, "请选择字段"),
        ({"type": "datetime", "subtype": "date"}, "请选择字段"),
        ({"type": "filepicker"}, "请上传字段"),
        ({"type": "textfield", "properties": {"control": "signature"}}, "请完成字段"),
    ],
)
@pytest.mark.parametrize("nothing", [None, "", []])
def test_each_kind_of_empty_required_field_has_its_sentence(kind, sentence, nothing):
    assert check_one({**kind, "validate": {"required": True}}, nothing)[1] == sentence


def test_only_spaces_count_as_empty():
    assert check_one({"type": "textfield", "validate": {"required": True}}, " \u3000\u200b")[1] == "请填写字段"


@pytest.mark.parametrize(
    "check, typed, value, word",
    [
        ("cn-id", " 41050219850612002x", "41050219850612002X", ""),
        ("cn-id", "410502198506120020", "410502198506120020", "校验位"),
        ("uscc", "91410500ma9text01y", "91410500MA9TEXT01Y", ""),
        ("uscc", "91410500MA9TEXT011", "91410500MA9TEXT011", "校验位"),
        ("phone", "0372 2550001", "0372-2550001", ""),
        ("phone", "110", "110", "手机号"),
    ],
)
def test_a_checked_text_comes_back_in_its_normal_form(check, typed, value, word):
    found, sentence = check_one({"type": "textfield", "properties": {"check": check}}, typed)
    assert found == value
    assert word in sentence
    assert bool(sentence) == bool(word)


def test_a_number_of_spaces_is_empty():
    assert check_one({"type": "number"}, " \u3000") == (None, "")


def test_a_field_may_say_in_its_own_words_that_a_count_differs():
    sent = {"type": "number", "id": "a", "key": "sent", "label": "移交", "readonly": True}
    got = {"type": "number", "id": "b", "key": "got", "label": "实收"}
    told = {**got, "properties": {"must_equal": "sent", "message": "与移交单不符"}}
    surroundings = context(values={"sent": 3})
    assert forms.validate(probe(sent, told), {"got": 2}, surroundings).errors == {"got": "与移交单不符"}
    assert forms.validate(probe(sent, told), {"got": 3}, surroundings).ok
    assert forms.validate(probe(sent, told), {"got": 2}, context()).ok, "nothing to compare with"


# Files ----------------------------------------------------------------------------------------------------

MANY = {"type": "filepicker", "multiple": True, "accept": ".pdf,.jpg"}


def test_files_are_taken_by_digest_from_the_uploads_of_the_person():
    assert check_one(MANY, [PDF.digest, {"digest": PHOTO.digest, "name": "假.exe"}]) == (
        [PDF.as_data(), PHOTO.as_data()],
        "",
    )


@pytest.mark.parametrize("ref", ["d" * 64, "short", 7, {"digest": "d" * 64}, {}, None, {"digest": None}])
def test_an_upload_that_is_not_the_persons_is_refused(ref):
    assert check_one(MANY, [ref])[1] == "字段中有文件已失效，请重新上传"


@pytest.mark.parametrize(
    "change", [{"name": ""}, {"name": "x" * 201}, {"size": -1}, {"size": True}, {"size": "9"}, {"media_type": None}]
)
def test_without_known_uploads_a_reference_must_be_whole(change):
    whole = {"digest": "d" * 64, "name": "申请.pdf", "size": 9, "media_type": "application/pdf"}
    assert check_one(MANY, [whole], uploads=None) == ([whole], "")
    assert check_one(MANY, [{**whole, **change}], uploads=None)[1]
    assert check_one(MANY, ["d" * 64], uploads=None)[1]


def test_files_keep_to_number_and_kind():
    assert check_one({"type": "filepicker"}, [PDF.digest, PHOTO.digest])[1] == "字段只能上传一个文件"
    assert check_one({**MANY, "accept": ".pdf"}, [PHOTO.digest])[1] == "字段不接受“现场.jpg”，可以上传.pdf"
    assert check_one(MANY, [PDF.digest] * 21)[1] == "字段一次不能超过20个文件"
    assert check_one(MANY, [PDF.digest, PDF.digest]) == ([PDF.as_data()], "")


# Conditions -----------------------------------------------------------------------------------------------


def test_a_hidden_field_is_neither_required_nor_kept():
    checked = forms.validate(
        forms.load("decide"), {"decision": "grant", "reason": "被遮住的理由"}, context_of("decide")
    )
    assert checked.ok
    assert "reason" not in checked.data
    assert errors("decide", decision="return") == {"reason": "请填写退回理由"}


def test_a_hidden_field_does_not_steer_other_conditions():
    box = {"type": "checkbox", "id": "a", "key": "a", "label": "甲"}
    second = {**box, "id": "b", "key": "b", "conditional": {"hide": "=a != true"}}
    third = {
        "type": "textfield", "id": "c", "key": "c", "label": "丙", "validate": {"required": True},
        "conditional": {"hide": "=b != true"},
    }  # fmt: skip
    schema = probe(box, second, third)
    assert forms.validate(schema, {"a": False, "b": True}, context()).ok
    assert forms.validate(schema, {"a": True, "b": True}, context()).errors == {"c": "请填写丙"}


def test_a_condition_in_a_row_sees_its_own_row_and_the_form():
    rows = answer("formal_review")["materials"]
    rows[1] = {**rows[1], "verdict": "missing"}
    assert errors("formal_review", materials=rows) == {"materials[1].advice": "第2项“营业执照”：请填写补正意见"}


def test_a_hidden_group_takes_its_fields_along():
    inner = {"type": "textfield", "id": "x", "key": "x", "label": "内", "validate": {"required": True}}
    group = {"type": "group", "id": "g", "label": "组", "components": [inner], "conditional": {"hide": "=flag = true"}}
    assert forms.validate(probe(group), {}, context(values={"flag": True})).ok
    assert forms.validate(probe(group), {}, context(values={"flag": False})).errors == {"x": "请填写内"}


# Rows -----------------------------------------------------------------------------------------------------


def test_fixed_rows_come_back_in_the_order_of_the_context_with_its_values():
    rows = list(reversed(answer("receive_paper")["materials"]))
    checked = forms.validate(
        forms.load("receive_paper"), answer("receive_paper", materials=rows), context_of("receive_paper")
    )
    assert checked.ok
    assert checked.data["materials"] == ANSWERS["receive_paper"]["materials"]


@pytest.mark.parametrize("rows", [[{"no": 9}], [{"no": 1}, {"no": 1}], [{}]])
def test_strange_or_repeated_rows_mean_that_the_list_has_changed(rows):
    assert errors("receive_paper", materials=rows)["materials"] == "移交的纸质材料已有变化，请刷新页面后重新填写"


def test_a_row_left_out_is_asked_for_by_its_number_in_the_list_of_materials():
    rows = answer("receive_paper")["materials"][:1]
    assert errors("receive_paper", materials=rows) == {
        "materials[1].copies_received": "第3项“规章制度”：请填写实收份数"
    }


def test_a_read_only_value_may_be_repeated_but_not_changed():
    rows = answer("receive_paper")["materials"]
    rows[0] = {**rows[0], "copies_sent": 1, "copies_received": 1}
    assert "由系统给出，不能修改" in errors("receive_paper", materials=rows)["materials[0].copies_sent"]
    assert "由系统给出，不能修改" in errors("accept", material_count=4)["material_count"]


def test_a_read_only_value_the_context_does_not_give_is_left_out():
    checked = forms.validate(forms.load("accept"), {}, context())
    assert checked.data == {"excluded_procedures": [], "opinion": ""}


@pytest.mark.parametrize("rows", ["x", 7, {"0": {}}, [1], [None], [[]]])
def test_rows_that_are_no_list_of_objects_are_refused(rows):
    assert errors("plan_visit", visitors=rows)["visitors"] == "踏勘人员应为列表"


def test_rows_keep_to_their_number():
    people = [{"account": f"D{i}", "name": "某人"} for i in range(101)]
    assert errors("plan_visit", visitors=people[:1])["visitors"] == "踏勘人员不能少于2项"
    assert errors("plan_visit", visitors=people[:21])["visitors"] == "踏勘人员不能超过20项"
    assert errors("plan_visit", visitors=people)["visitors"] == "踏勘人员不能超过100项"


# Unknown keys ---------------------------------------------------------------------------------------------


def test_an_unknown_key_is_an_error_at_its_place():
    rows = answer("formal_review")["materials"]
    rows[2]["surprise"] = 1
    found = errors("formal_review", materials=rows, extra="x")
    assert found["extra"] == "表单中没有“extra”这一项，请删去"
    assert found["materials[2].surprise"] == "表单中没有“surprise”这一项，请删去"
    assert len(found) == 2


# Everything -----------------------------------------------------------------------------------------------

_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@given(st.data())
def test_no_answer_makes_validation_fail_and_what_passes_passes_again(data):
    key = data.draw(st.sampled_from(forms.keys()))
    given_answer = answer(key)
    for name in data.draw(st.lists(st.sampled_from(sorted(given_answer)), unique=True, max_size=3)):
        value = given_answer[name]
        if isinstance(value, list) and value and isinstance(value[0], dict) and data.draw(st.booleans()):
            row = data.draw(st.sampled_from(value))
            row[data.draw(st.sampled_from(sorted(row)))] = data.draw(_ANY)
        else:
            given_answer[name] = data.draw(_ANY)
    first = forms.validate(forms.load(key), given_answer, context_of(key))
    if first.ok:
        assert forms.validate(forms.load(key), first.data, context_of(key)) == first
    forms.render(forms.load(key), given_answer, first.errors, context_of(key))


def test_the_day_is_the_day_in_shanghai_and_the_time_must_be_aware():
    assert replace(context(), now=datetime(2026, 3, 1, 16, 0, tzinfo=UTC)).today.isoformat() == "2026-03-02"
    assert replace(context(), now=NOW.astimezone(timezone(timedelta(hours=-9)))).minute == "2026-03-02T09:18"
    with pytest.raises(ValueError, match="aware"):
        forms.Context(now=datetime(2026, 3, 2))  # noqa: DTZ001 - the refusal of it is the point
