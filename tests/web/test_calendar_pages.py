"""The pages of the calendar: a year as months, a notice drafted, looked at, confirmed by another person."""

from __future__ import annotations

import pytest

from engine.process.clocks.yearly.commands import DraftUndo
from tests.deadlines.law.notices import NEXT
from tests.support.calendars import STORM, change, draft
from tests.support.site import Page, Site, Visitor
from yichuang.calendaring import keep_up

NOTICE = {"year": "2027", "source": "国办发明电〔2026〕5号", "text": NEXT}


def draft_by(visitor: Visitor, way: str, **typed: str) -> Page:
    return visitor.open(f"/calendar/drafts/new?way={way}").form("/calendar/drafts/new").set(**typed).press()


def test_a_year_is_shown_with_its_holidays_and_what_they_rest_on(site: Site) -> None:
    page = site.visitor("W01").open("/calendar?year=2026")
    assert len(page.all(".yc-month")) == 12
    assert "全年 248 个工作日" in page.main
    assert "国办发明电〔2025〕7号" in page.main
    assert "暂定" not in page.all("h2")[0].text_content()
    later = site.visitor("W01").open("/calendar?year=2027")
    assert "暂定" in later.main
    assert site.visitor("W01").open("/calendar?year=1999").status == 200


def test_a_year_is_published_by_two_people_and_the_case_says_why_its_date_moved(site: Site) -> None:
    house = site.house
    house.at(2027, 1, 28)
    case_no = house.accepted_commitment()
    before = house.clocks(case_no)["statutory"].row.due_on
    admin, head = site.visitor("A01"), site.visitor("C01")
    assert "2027年的放假安排还没有登记" in admin.open("/calendar").main
    looked = draft_by(admin, "notice", **NOTICE)
    assert looked.status == 200, looked.main
    assert "正在推算" in looked.main
    keep_up(house.door)
    mine = admin.open("/calendar/drafts/1")
    assert "请由中心负责人确认" in mine.main
    assert "确认生效" not in mine.main
    page = head.open("/calendar/drafts/1")
    assert "推后" in page.main
    assert case_no[-4:] in page.main
    assert "草案 1 已推算完" in head.open("/messages").main
    done = page.form("/calendar/drafts/1/confirm").press()
    assert "已作为第 2 版生效" in done.main
    assert "等待中" in done.main
    assert "正在重新计算；以下仍按原来的日历" in site.visitor("W01").open(f"/cases/{case_no}").main
    keep_up(house.door)
    assert "等待中" not in head.open("/calendar/drafts/1").main
    after = house.clocks(case_no)["statutory"].row.due_on
    assert before is not None and after is not None and after > before
    told = site.visitor("W01").open(f"/cases/{case_no}").main
    assert f"到期日由2027年{before.month}月{before.day}日改为2027年{after.month}月{after.day}日" in told
    assert "第 2 版" in site.visitor("D11").open("/calendar").main
    assert house.violations() == []


def test_what_is_wrong_with_a_pasted_notice_is_told_line_by_line_and_nothing_is_lost(site: Site) -> None:
    text = NEXT.replace("2027-02-20", "2027-02-22").replace("端午节 放假 2027-06-09\n", "")
    page = draft_by(site.visitor("A01"), "notice", **{**NOTICE, "text": text})
    assert page.status == 422
    assert len(page.all(".yc-errors__list li")) == 3  # and what to do
    assert "2027-02-22" in page.all("textarea")[0].text_content()


def test_a_closure_is_drafted_dropped_and_one_in_force_is_taken_back(site: Site) -> None:
    house = site.house
    admin = site.visitor("A01")
    made = draft_by(admin, "closure", days="2026-03-12", reason="设备检修", document_no="安政服〔2026〕9号")
    assert made.status == 200
    assert "已作废" in made.form("/calendar/drafts/1/drop").press().main
    change(house, STORM)
    page = admin.open("/calendar").form("/calendar/versions/2/undo").set(reason="照常办公").press()
    assert "撤销第2版" in page.main


@pytest.mark.parametrize("account", ["W01", "S51"])
def test_a_draft_is_nobodys_but_theirs_who_draft_and_confirm_until_it_is_in_force(site: Site, account: str) -> None:
    change(site.house, STORM)
    draft(site.house, DraftUndo(version=2, reason="照常办公"))
    visitor = site.visitor(account)
    assert visitor.open("/calendar/drafts/1").status == 200
    assert visitor.open("/calendar/drafts/2").status == 404
    assert "等待确认" not in visitor.open("/calendar").main
