"""T108: what the standard prints cannot be edited away; a changed template is refused, saved or not."""

from __future__ import annotations

from pathlib import Path

import pytest

import forms
from forms import notices
from forms.notices.fixed import FIXED, checked_clauses
from tests.forms.notices.appendix import APPENDIX_B, APPENDIX_C, fragments

CLAUSES = (Path(forms.__file__).parent / "notices" / "templates" / "clauses.j2").read_text(encoding="utf-8")
NOTE = "注：1.本通知书仅作为收件（受理）证明，与审批结果无必然联系。"


def test_the_shipped_template_has_every_fixed_word():
    assert notices.template_faults(CLAUSES) == ()


def test_T108_a_template_without_note_1_is_not_saved():
    assert NOTE in CLAUSES
    (fault,) = notices.template_faults(CLAUSES.replace(NOTE, ""))
    assert fault.sentence == f"文书模板缺少标准规定的文字“{NOTE}”（附录B）"
    with pytest.raises(notices.TemplateChanged, match="不能保存，也不能出具文书"):
        checked_clauses(CLAUSES.replace(NOTE, ""))


@pytest.mark.parametrize("changed", ["与审批结果有联系", "与审批结果无必然联系（仅供参考）"])
def test_T108_a_weakened_note_is_not_saved_either(changed: str):
    assert notices.template_faults(CLAUSES.replace("与审批结果无必然联系。", changed))


@pytest.mark.parametrize("macro, source, words", FIXED)
def test_each_fixed_word_is_missed_when_its_macro_is_gone(macro: str, source: str, words: str):
    gone = CLAUSES.replace(f"macro {macro}(", f"macro former_{macro}(")
    sentences = [one.sentence for one in notices.template_faults(gone)]
    assert f"文书模板缺少标准规定的文字“{words}”（{source}）" in sentences


def test_the_fixed_words_are_those_of_the_appendices():
    printed = "".join(fragments(APPENDIX_B)) + "".join(fragments(APPENDIX_C))
    notes = [words for macro, _, words in FIXED if macro.endswith(("_notes", "_title", "_after"))]
    assert len(notes) == 6
    assert [words for words in notes if words not in printed] == []


@pytest.mark.parametrize("text", ["{% macro x( %}", "{{ nothing }}", "{% include 'x' %}"])
def test_a_template_that_cannot_be_read_is_refused_with_its_reason(text: str):
    assert notices.template_faults(text)[0].rule == "unreadable"


def test_a_template_may_not_reach_out_of_its_words():
    reaching = CLAUSES.replace(
        "{% macro closing() %}特此告知", "{% macro closing() %}特此告知{{ ''.__class__.__mro__ }}"
    )
    assert [one.where for one in notices.template_faults(reaching)] == ["closing"]


def test_other_words_may_be_improved():
    assert notices.template_faults(CLAUSES.replace("承办窗口（章）\n", "承办窗口（章）\n（盖章有效）\n")) == ()
