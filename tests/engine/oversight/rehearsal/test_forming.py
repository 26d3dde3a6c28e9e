"""The forms of a rehearsal's tasks: papers left out, answers told by what differs, days by the rehearsal's own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

import forms
from engine.foundation.clock import CITY
from engine.oversight.rehearsal.forming import (
    FILE,
    SIGNATURE,
    context_json,
    context_of,
    papers_of,
    read_filled,
    without_papers,
)
from forms import AnswerUnreadable, Context

NOW = datetime(2026, 3, 2, 9, 5, tzinfo=CITY)
SIGN = {"type": "textfield", "key": "signature", "label": "签名", "properties": {"control": "signature"},
        "validate": {"required": True}}  # fmt: skip
SCAN = {"type": "filepicker", "key": "files", "label": "结果文件", "multiple": True}
TEXT = {"type": "textfield", "key": "said", "label": "意见", "validate": {"required": True}}
DAY = {"type": "datetime", "key": "on", "dateLabel": "日期", "subtype": "date"}
GROUP = {"type": "group", "key": "papers", "label": "附件", "components": [SCAN, TEXT]}


def schema(*components: dict[str, Any]) -> dict[str, Any]:
    """Return a form of some components."""
    return {"type": "default", "id": "试", "schemaVersion": 18, "components": list(components)}


def test_papers_and_signatures_are_left_out_of_the_page_and_named() -> None:
    one = schema(SIGN, GROUP)
    shown = without_papers(one)
    assert [part["key"] for part in shown["components"]] == ["papers"]
    assert [part["key"] for part in shown["components"][0]["components"]] == ["said"]
    assert papers_of(one) == {"signature": "签名", "files": "结果文件"}
    assert one["components"][0] is SIGN, "the form itself stays as it is"


def test_a_form_without_papers_stays_as_it_is() -> None:
    one = schema(TEXT, DAY)
    assert without_papers(one) == one and papers_of(one) == {} and papers_of({}) == {}


def test_an_answer_tells_what_differs_from_the_first_values_and_a_word_for_what_is_made_up() -> None:
    context = Context(now=NOW, defaults={"said": "同意"})
    same = read_filled(schema(TEXT, SIGN), [("said", "同意")], context)
    other = read_filled(schema(TEXT, SIGN), [("said", "不同意")], context)
    assert (same.errors, same.answer) == ({}, {"signature": SIGNATURE})
    assert other.answer == {"said": "不同意", "signature": SIGNATURE}
    assert read_filled(schema(SCAN), [], context).answer in ({}, {"files": FILE})


def test_the_rehearsals_own_day_stands_as_such() -> None:
    filled = read_filled(schema(DAY), [("on", "2026-03-02")], Context(now=NOW))
    later = read_filled(schema(DAY), [("on", "2026-03-05")], Context(now=NOW))
    assert (filled.answer, later.answer) == ({"on": "$today"}, {"on": "2026-03-05"})


def test_what_is_wrong_is_told_by_its_field() -> None:
    filled = read_filled(schema(TEXT), [], Context(now=NOW))
    assert set(filled.errors) == {"said"}
    assert set(read_filled(schema(DAY), [("on", "2026-02-30")], Context(now=NOW)).errors) == {"on"}


@pytest.mark.parametrize("key", ["unheard_of", "said.more", "files"])
def test_what_no_page_sends_is_refused_or_left_out(key: str) -> None:
    try:
        filled = read_filled(schema(TEXT), [("said", "同意"), (key, "x")], Context(now=NOW))
    except AnswerUnreadable:
        return
    assert key not in filled.answer


@pytest.mark.parametrize("name", sorted(forms.keys())[:40])
def test_every_shipped_form_is_shown_without_papers(name: str) -> None:
    one = forms.load(name)
    assert papers_of(without_papers(one)) == {}
    assert forms.render(without_papers(one), {}, {}, Context(now=NOW, rows={}, options={}), htmx_post="/x")


def test_the_context_of_a_form_is_written_and_read_back_without_uploads() -> None:
    context = Context(
        now=NOW, rows={"materials": [{"no": "1"}]}, options={"who": [("a", "甲"), ("b", "乙")], "plain": ["x"]},
        values={"n": 1}, defaults={"days": 5},
    )  # fmt: skip
    found = context_of(context_json(context))
    assert (found.now, found.rows, found.values, found.defaults) == (
        NOW, context.rows, context.values, context.defaults
    )  # fmt: skip
    assert found.options == {"who": [("a", "甲"), ("b", "乙")], "plain": ["x"]}
