"""两件比较: what differs first, then step by step; two items, one case and a case out of sight are refused."""

from __future__ import annotations

import re

import pytest

from tests.engine.oversight.audit.desk.test_queries import sent_back
from tests.engine.oversight.publishing.modifying.test_modifying import back_to_review, before_the_opinion
from tests.support.house import COMPANY, INSURANCE, PERSON, House
from tests.support.site import Page, Site


def closed(house: House) -> str:
    case_no = house.accepted_instant()
    house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    house.finish(case_no, INSURANCE, ("王建国", PERSON["id_no"]))
    return case_no


def compare(site: Site, a: str, b: str, account: str = "U81") -> Page:
    return site.visitor(account).open(f"/audit/compare?a={a}&b={b}")


def told(page: Page) -> list[str]:
    return page.each(".yc-differences li")


def steps(page: Page) -> list[tuple[str, bool, bool]]:
    """Return each step: its name, whether 甲 had it, whether 乙 had it."""
    rows = page.all("section[aria-labelledby='steps-title'] tbody tr")
    found = []
    for row in rows:
        name, left, right = (" ".join(one.text_content().split()) for one in row)
        found.append((name, left != "没有", right != "没有"))
    return found


def test_two_that_ran_alike_have_no_differences(site: Site):
    a, b = closed(site.house), closed(site.house)
    page = compare(site, a, b)
    assert page.status == 200 and "没有不同之处" in page.main
    assert steps(page) and all(left and right for _, left, right in steps(page))
    assert not page.all("svg")


def test_what_one_had_and_the_other_not_is_told_first_and_shown_beside(site: Site):
    plain, other = before_the_opinion(site.house), sent_back(site.house)
    back_to_review(site.house, plain)
    page = compare(site, plain, other)
    said = told(page)
    assert "系统管理员调整流程：甲 1 次，乙没有。" in said
    assert "退回环节：甲没有，乙 1 次。" in said
    assert page.text.index("不同之处") < page.text.index("逐环节并列")
    assert any(left and not right for _, left, right in steps(page))
    assert any(right and not left for _, left, right in steps(page))
    # Seen from the other side it is the same.
    mirrored = [one.translate(str.maketrans("甲乙", "乙甲")) for one in told(compare(site, other, plain))]
    assert {re.sub(r"[甲乙]", "", one) for one in said} >= {"系统管理员调整流程： 1 次，没有。"}
    assert len(mirrored) == len(said)


def test_a_step_that_took_days_longer_is_told(site: Site):
    quick = closed(site.house)
    slow = site.house.accepted_instant()
    site.house.wait(days=3)
    site.house.complete("D62", slow, "ut_head_decide", {"decision": "grant"})
    said = told(compare(site, slow, quick))
    assert "“业务负责人直接审核”用时：甲3 天，乙不到 1 分钟。" in said
    assert any(one.startswith("状态：甲") for one in said)
    assert any(one.startswith("乙有、甲没有的环节") for one in said)


def test_two_ticked_on_the_desk_are_compared(site: Site):
    a, b = closed(site.house), closed(site.house)
    page = site.visitor("U81").open(f"/audit/compare?case={a}&case={b}")
    assert page.address == f"/audit/compare?a={a}&b={b}" and "逐环节并列" in page.main
    for query in ("", f"?case={a}", f"?a={a}"):
        ask = site.visitor("U81").open(f"/audit/compare{query}")
        assert ask.status == 200 and ask.all("input[name='a']")[0].get("value") == (a if query else "")
    many = site.visitor("U81").open(f"/audit/compare?case={a}&case={b}&case={a}")
    assert many.status == 422 and "两件同一事项的办件" in many.main


def test_two_items_one_case_and_no_case_are_refused_and_nothing_is_shown(site: Site):
    a, b = closed(site.house), site.house.receive("W01", "I02", COMPANY)
    page = compare(site, a, b)
    assert page.status == 422 and "只能比较同一事项的两件" in page.main and not page.all("main table")
    assert compare(site, a, a).status == 422
    assert compare(site, a, "11410500MB1A0000203000131002000202603029999").status == 404
    looked = [one.sentence for one in site.house.journal("access:U81") if "比较" in one.sentence]
    assert looked == []


def test_it_is_noted_that_they_were_looked_at(site: Site):
    a, b = closed(site.house), closed(site.house)
    compare(site, a, b)
    assert site.house.journal("access:U81")[-1].sentence == f"查看 办件 {a} 和 {b} 的比较"


@pytest.mark.parametrize("account, status", [("S51", 200), ("W01", 403), ("D12", 403), ("A01", 403)])
def test_whoever_may_see_journals_may_compare(site: Site, account: str, status: int):
    assert compare(site, closed(site.house), closed(site.house), account).status == status
