"""Cutting texts into pieces and marking what was found: pure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.foundation.search.rules import MOST_WORDS, begins, contains, equals, marked, normal, pieces, words_of

TEXTS = st.text(alphabet="安阳测试餐饮有限公司王建国（）AZ09ａ１ 、-_'\"\\𬱖䶮", max_size=20)


@pytest.mark.parametrize(
    "text, plain",
    [
        ("安阳（测试）餐饮", "安阳测试餐饮"),
        ("ＡＹ－2026－０００１", "ay20260001"),
        ("", ""),
        ("' OR 1=1 --", "or11"),
        ("王·建国", "王建国"),
        ("李𬱖", "李𬱖"),
        ("Straße", "strasse"),
    ],
)
def test_texts_are_compared_without_width_case_and_punctuation(text: str, plain: str):
    assert normal(text) == plain


@given(TEXTS)
def test_a_normal_text_is_normal_again(text: str):
    assert normal(normal(text)) == normal(text)


def test_a_query_has_words_each_once_and_not_too_many():
    assert words_of("  王 食品　王 ") == ("王", "食品")
    assert words_of("（ ） -") == ()
    assert len(words_of(" ".join(map(str, range(40))))) == MOST_WORDS
    assert len(words_of("9" * 500)[0]) == 80


def test_a_field_is_cut_into_all_its_pieces_of_one_two_and_three():
    cut = pieces("case", ["market"], ["王建国"])
    assert cut.runs == ("c__", "c王建国", "c_e")
    assert set(cut.marks) == {"c王", "c建", "c国", "c王建", "c建国", "c_b王", "c_b王建", "c_pmarket"}


def test_a_field_of_two_characters_is_known_as_a_whole():
    assert "a_w张三" in pieces("applicant", [], ["张三"]).marks


def test_empty_fields_leave_nothing_behind():
    assert pieces("case", [], ["", "（）"]) == pieces("case", [], [])


def test_short_words_are_pieces_and_long_ones_phrases():
    assert contains("case", None, ["王", "食品", "食品经营"]).phrases == (("c王",), ("c食品",), ("c食品经", "c品经营"))
    assert begins("case", None, ["食品经营"]).phrases == (("c__", "c食品经", "c品经营"),)
    assert equals("case", None, ["食品经营"]).phrases == (("c__", "c食品经", "c品经营", "c_e"),)
    assert equals("case", None, ["张三", "公司"]).phrases == (("c_w张三",), ("c公司",))


def test_a_reader_without_places_asks_for_none_and_one_who_sees_all_for_no_place():
    assert contains("case", [], ["王"]).places == ()
    assert contains("case", None, ["王"]).places is None
    assert contains("case", ["tax", "fire"], ["王"]).places == ("c_pfire", "c_ptax")


@given(TEXTS, TEXTS)
def test_marking_keeps_the_text_and_marks_the_word_wherever_it_occurs(text: str, query: str):
    words = words_of(query)
    parts = marked(text, words)
    assert "".join(part for part, _ in parts) == text
    expected = any(word in normal(text) for word in words) if text else False
    assert any(hit for _, hit in parts) == expected


def test_what_stands_inside_a_found_word_is_marked_with_it():
    assert marked("安阳（测试）餐饮", ["阳测试"]) == (("安", False), ("阳（测试", True), ("）餐饮", False))
