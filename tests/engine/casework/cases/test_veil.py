"""The veil over names of materials that a reader may not learn: whole phrases, the longest first (6.1.6)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.casework.cases.sharing.rules import COVERED, Veil, veil_over

NAMES = st.sets(st.text("表图营业执照.pdf", min_size=1, max_size=6), max_size=6)
PLAN = {"营业执照核验（系统自动）", "《营业执照》"}


@pytest.mark.parametrize("text, told", [
    ("共享材料：营业执照、申请表", f"共享材料：{COVERED}、申请表"),
    ("分支“营业执照核验（系统自动）”由系统核验通过：营业执照",
     f"分支“营业执照核验（系统自动）”由系统核验通过：{COVERED}"),
    ("共享材料：营业执照、营业执照复印件、申请表", f"共享材料：{COVERED}、申请表"),
    ("制作《营业执照》", "制作《营业执照》"),
    ("《营业执照复印件》不清", f"《{COVERED}》不清"),
    ("申请表一式两份", "申请表一式两份"),
    ("", ""),
])  # fmt: skip
def test_a_foreign_name_is_covered_and_the_plans_own_words_stay(text: str, told: str):
    veil = veil_over({"营业执照", "营业执照复印件"}, {"申请表"}, PLAN)
    assert veil.over(text) == told


def test_a_name_within_a_name_of_ones_own_stays():
    veil = veil_over({"申请表"}, {"开餐饮店申请表"}, ())
    assert veil.over("收到开餐饮店申请表和申请表") == f"收到开餐饮店申请表和{COVERED}"


def test_a_name_that_two_materials_bear_is_ones_own():
    assert veil_over({"申请表"}, {"申请表"}, ()).over("收到申请表") == "收到申请表"


def test_a_phrase_that_is_itself_a_foreign_name_is_covered():
    assert veil_over({"营业执照"}, set(), {"营业执照"}).over("营业执照") == COVERED


@pytest.mark.parametrize("value, hidden", [
    ({"rows": [{"name": "营业执照", "copies": 1}]}, True), ({"rows": [{"name": "申请表", "copies": 1}]}, False),
    ([], False), (None, False), (3, False), (("见营业执照",), True), ({"营业执照": "是标题"}, False),
])  # fmt: skip
def test_a_document_that_holds_a_name_anywhere_is_hidden(value: object, hidden: bool):
    assert veil_over({"营业执照"}, {"申请表"}, ()).hides(value) is hidden


def test_no_veil_changes_nothing():
    assert Veil().over("营业执照") == "营业执照"
    assert not Veil().hides({"name": "营业执照"})


@given(NAMES, NAMES, st.text("表图营业执照.pdf，：", max_size=40))
def test_no_foreign_name_is_left_outside_ones_own_names(hidden: set[str], own: set[str], text: str):
    told = veil_over(hidden, own, ()).over(text)
    rest = told.replace(COVERED, "\n")
    for name in sorted(own, key=len, reverse=True):
        rest = rest.replace(name, "\n")
    foreign = hidden - own
    # What an own name was taken out of may still read like a foreign one only where names overlap.
    if not any(set(one) & set(other) for one in foreign for other in own):
        assert not any(name in rest for name in foreign)
    assert veil_over(set(), own, ()).over(text) == text
