"""Patterns of form designers: useful ones pass, those that could run away are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.patterns import compiled, pattern_problem
from forms.text import many_lines, narrow, one_line


@pytest.mark.parametrize(
    "pattern",
    [
        r"^JY\d{8}$",
        r"^[A-Z0-9\-]{4,20}$",
        r"^(营业执照|许可证)\d+$",
        r"^(?:[一-龥]{2,4})$",
        r"a*b+",
        r"^[^\]]+$",
        r"^\d{1,3}(,?)\d{3}$",
        r"x{",
        "",
    ],
)
def test_an_ordinary_pattern_may_be_used(pattern):
    assert pattern_problem(pattern) == ""


@pytest.mark.parametrize(
    "pattern, word",
    [
        (r"^(a+)+$", "括号"),
        (r"^(a|a)*$", "括号"),
        (r"(\d{1,3}){2,}", "括号"),
        (r"(?:ab){3}", "括号"),
        (r"(a)?", "括号"),
        (r"^a*b*c*$", "任意重复"),
        (r"a{2,}b{3,}c+", "任意重复"),
        (r"(?=a)", "环视"),
        (r"(?i)a", "环视"),
        (r"(?P<x>a)", "环视"),
        (r"(a)\1", "反向引用"),
        (r"[[a]", "字符集"),
        (r"[a--b]", "字符集"),
        ("[", "正则表达式"),
        ("(", "正则表达式"),
        ("a" * 201, "200"),
    ],
)
def test_a_dangerous_or_broken_pattern_is_refused_with_the_reason(pattern, word):
    assert word in pattern_problem(pattern)


@given(st.text(alphabet="ab(){}[]*+?|\\^$.,0123:<=-", max_size=24))
def test_every_accepted_pattern_answers_a_hostile_text(pattern):
    if pattern_problem(pattern):
        return
    compiled(pattern).search("a" * 400 + "b" * 400 + "!")  # a pattern that runs away would never come back


def test_digits_are_ascii_digits_as_in_browsers():
    assert compiled(r"^\d+$").search("123")
    assert not compiled(r"^\d+$").search("１２３")


def test_text_loses_what_nobody_can_see():
    assert one_line(" \u3000王\u200b建\ufeff国\u202e\n ") == "王建国"
    assert one_line("甲\r\n乙\t丙") == "甲 乙 丙"
    assert many_lines("甲 \r\n乙\u2028丙\x00丁\r\n\r\n") == "甲\n乙\n丙 丁"
    assert narrow("１２３Ａ－") == "123A-"


@given(st.text(max_size=60))
def test_cleaning_twice_is_cleaning_once(text):
    assert one_line(one_line(text)) == one_line(text)
    assert many_lines(many_lines(text)) == many_lines(text)
    assert "\n" not in one_line(text)
