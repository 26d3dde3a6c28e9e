"""The forms that come with the product, as files, and one good answer for each."""

from __future__ import annotations

import json
import re

import pytest

import forms
from forms.model import flat, read_form
from tests.forms.samples import ANSWERS, UPLOADS, answer, context_of, pairs

EXPECTED = {
    "await_reading", "fetch_kept", "keep_result", "redeliver", "ship", "track",
    "accept", "application", "archive", "collate", "confirm_correction", "decide", "decide_instant", "dept_opinion",
    "formal_review", "hand_over_again", "hand_over_result", "issue_correction", "make_result", "pick_up", "plan_visit",
    "receive_correction", "receive_paper", "record_visit", "reject", "sign_result", "substantive_review",
    "close_uncorrected", "correct_applicant", "correct_material", "deficient_promise", "fix_on_site", "notice_commit",
    "post_check", "prereview", "revoke", "supply_deficient",
    "add_branch", "branch_review",
    "ask_review", "branch_opinion", "extension_request", "first_decide", "first_review", "joint_conclude",
    "move_to_item", "plan_joint", "rejection_review", "relay_reply", "reopen", "report_up", "upper_reply", "withdraw",
    "collective", "extension_approve", "extension_notice", "hearing_announce", "hearing_answer", "hearing_hold",
    "joint_visit_cancel", "joint_visit_findings", "joint_visit_join", "joint_visit_move", "joint_visit_people",
    "joint_visit_plan", "item", "meeting_answer", "meeting_call", "meeting_cancel", "meeting_minutes", "meeting_move",
    "outside_reference",
    "hearing_rights", "special_apply", "special_approve", "special_notice", "special_result", "special_work",
}  # fmt: skip
ALL = sorted(EXPECTED)


def test_every_form_of_the_contract_is_here_and_no_other():
    assert set(forms.keys()) == EXPECTED == set(ANSWERS)


@pytest.mark.parametrize("key", ALL)
def test_a_built_in_form_is_form_js_18_and_nothing_in_it_is_refused(key):
    schema = forms.load(key)
    assert (schema["schemaVersion"], schema["type"], schema["id"]) == (18, "default", key)
    assert forms.refused(schema) == ()
    assert forms.parse(forms.source(key)) == schema


@pytest.mark.parametrize("key", ALL)
def test_every_word_a_clerk_reads_is_chinese(key):
    form = read_form(forms.load(key))
    for part in [*flat(form.parts), *(inner for one in flat(form.parts) for inner in flat(one.parts))]:
        for word in (part.label, part.hint, part.text, *(option.label for option in part.options)):
            assert not re.search(r"[A-Za-z]{3}", word), (part.key, word)


@pytest.mark.parametrize("key", ALL)
def test_the_good_answer_passes_unchanged(key):
    checked = forms.validate(forms.load(key), answer(key), context_of(key))
    assert checked.errors == {}
    assert checked.warnings == {}
    assert {name: value for name, value in checked.data.items() if name in ANSWERS[key]} == checked.data


@pytest.mark.parametrize("key", ALL)
def test_checking_a_checked_answer_again_changes_nothing(key):
    first = forms.validate(forms.load(key), answer(key), context_of(key))
    assert forms.validate(forms.load(key), first.data, context_of(key)) == first


@pytest.mark.parametrize("key", ALL)
def test_a_page_and_the_api_give_the_same_typed_answer(key):
    schema, context = forms.load(key), context_of(key)
    by_page = forms.read_html(schema, pairs(answer(key)), {}, UPLOADS)
    by_api = forms.read_json(schema, json.loads(json.dumps(answer(key))), context)
    assert forms.validate(schema, by_page, context) == forms.validate(schema, by_api, context)


@pytest.mark.parametrize("key", sorted(EXPECTED - {"accept"}))
def test_an_empty_page_is_refused_with_sentences_but_never_with_an_exception(key):
    schema, context = forms.load(key), context_of(key)
    checked = forms.validate(schema, forms.read_html(schema, []), context)
    assert checked.errors
    assert all(re.search(r"[\u4e00-\u9fff]", sentence) for sentence in checked.errors.values())


def test_acceptance_on_the_day_of_receipt_asks_for_nothing_but_the_click():
    schema, context = forms.load("accept"), context_of("accept")
    assert forms.validate(schema, forms.read_html(schema, []), context).ok


def test_loading_gives_a_fresh_copy_each_time():
    forms.load("reject")["components"].clear()
    assert forms.load("reject")["components"]


def test_an_unknown_form_is_refused_by_name():
    for key in ("nothing", "../accept", ""):
        with pytest.raises(forms.UnknownForm, match="没有名为"):
            forms.load(key)


def test_the_digest_ignores_the_layout_of_the_file_and_sees_every_change():
    schema = forms.load("accept")
    compact = json.dumps(schema, separators=(",", ":")).encode()
    assert forms.digest(schema) == forms.digest(forms.source("accept")) == forms.digest(compact)
    assert re.fullmatch("[0-9a-f]{64}", forms.digest(schema))
    schema["components"][0]["label"] += "。"
    assert forms.digest(schema) != forms.digest(compact)


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[]", b"\xff\xfe", b"1", b'"x"', b"[" * 100_000, b'{"a":' * 30 + b"1" + b"}" * 30]
)
def test_a_file_that_is_no_form_is_refused_as_unreadable(text):
    with pytest.raises(forms.FormUnreadable, match="无法读取"):
        forms.parse(text)


def test_a_file_that_is_too_big_is_refused_before_it_is_parsed():
    with pytest.raises(forms.FormUnreadable, match="512 KB"):
        forms.parse(b" " * (512 * 1024 + 1))


def test_a_form_with_a_problem_is_refused_with_all_its_problems():
    schema = forms.load("reject")
    schema["components"].append({"type": "iframe", "id": "x"})
    schema["schemaVersion"] = 19
    with pytest.raises(forms.FormRefused, match="有 2 处不能使用") as caught:
        forms.parse(json.dumps(schema).encode())
    assert {problem.rule for problem in caught.value.problems} == {"version", "unsupported"}
