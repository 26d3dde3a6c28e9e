"""会商 and 联合踏勘 in the browser: called, answered, held, planned, looked at, printed; nothing for strangers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.gathering import AGENDA, PLACE, SITE, call, comes, found, minutes, plan, stays_away, told
from tests.support.house import PDF
from tests.support.joint import account_of, asked, branch_task, head_of
from tests.support.site import Page, Site

NO_CONSENT = "缺席不视为同意"


def acts_on(page: Page) -> list[str]:
    return page.each("main .yc-acts a")


def test_from_the_case_to_the_minutes_of_a_meeting(site: Site) -> None:
    house = site.house
    case_no = asked(house)
    where = f"/cases/{case_no}/joint/meetings"
    lead, fire = site.visitor("D11"), site.visitor(head_of("fire"))
    section = lead.open(f"/cases/{case_no}").words("section[aria-labelledby='together-title']")
    assert "没有召集过" in section
    page = lead.open(where)
    assert "没有召集过会商" in page.main
    assert NO_CONSENT in page.main
    form = lead.open(f"{where}/new").form(f"{where}/new")
    assert set(form.values) >= {"at", "lasts", "place", "agenda[0].item"}
    page = form.set(at="2026-03-02T08:00", place=PLACE).put("agenda[0].item", AGENDA[0]).press("submit")
    assert page.status == 422
    assert "应在现在以后" in page.words(".yc-errors")
    assert page.form(f"{where}/new").values["place"] == PLACE, "what was typed stays"
    page = page.form(f"{where}/new").set(at="2026-03-04T14:30").press("submit")
    assert (page.status, page.heading) == (200, "第 1 次会商")
    assert acts_on(page) == ["改期", "取消会商"]

    message = [one for one in fire.open("/messages").all("a") if one.get("href") == where]
    assert message, "the message leads to the meetings"
    page = fire.open(f"{where}/1")
    assert acts_on(page) == ["答复会商"]
    form = fire.open(f"{where}/1/answer").form(f"{where}/1/answer")
    page = form.set(answer="absent").press("submit")
    assert page.status == 422
    page = page.form(f"{where}/1/answer").set(answer="absent", reason="当日有火场勘验").press("submit")
    assert "不能参加" in page.words("section[aria-labelledby='answers-title']")


def test_the_minutes_of_a_meeting_say_who_stayed_away(site: Site) -> None:
    house = site.house
    case_no = asked(house)
    where = f"/cases/{case_no}/joint/meetings"
    lead, fire = site.visitor("D11"), site.visitor(head_of("fire"))
    call(house, case_no, agenda=[{"item": AGENDA[0]}])
    comes(house, case_no, "urban")
    stays_away(house, case_no, "fire")
    house.at(2026, 3, 4, 15, 0)
    page = lead.open(f"{where}/1")
    assert acts_on(page) == ["登记出席并出具纪要", "改期", "取消会商"]
    form = lead.open(f"{where}/1/minutes").form(f"{where}/1/minutes")
    assert [form.values[f"attendance[{index}].attendance"] for index in range(3)] == ["present", "present", "leave"]
    form.put("discussion[0].said", "城管：招牌不影响疏散。")
    page = form.press("submit")
    assert page.status == 200, page.main
    said = page.words("section[aria-labelledby='minutes-title']")
    assert "缺席（请假）" in said
    assert "没有形成议定事项" in said
    assert acts_on(page) == []
    printed = fire.open(f"{where}/1/print").main
    for words in (PLACE, AGENDA[0], "缺席（请假）", NO_CONSENT, "纪要文号"):
        assert words in printed, words
    assert "参加 1，不能参加 1，未答复 0" in fire.open(where).main
    assert "第 1 次" in lead.open(f"/cases/{case_no}").words("section[aria-labelledby='together-title']")


def test_from_the_plan_to_the_findings_of_a_visit(site: Site) -> None:
    house = site.house
    case_no = asked(house)
    where = f"/cases/{case_no}/joint/visits"
    lead, fire = site.visitor("D12"), site.visitor(account_of("fire", 1))
    page = lead.open(where)
    assert "没有安排联合踏勘" in page.main
    assert "照常计算" in page.main
    form = lead.open(f"{where}/new").form(f"{where}/new")
    for place, (branch, department) in enumerate((("food", "market"), ("sign", "urban"), ("fire", "fire"))):
        assert form.values[f"visitors[{place}].branch"] == branch
        form.put(f"visitors[{place}].account", account_of(department, 1)).put(f"branches[{place}].looks_at", "现场")
    page = form.set(visit_on="2026-03-07", place="", time="9点").press("submit")
    assert [one for one in ("有3处", "不是工作日", "请填写踏勘地点", "请填写24小时制") if one not in page.main] == []
    page = page.form(f"{where}/new").set(visit_on="2026-03-04", place=SITE, time="09:30").press("submit")
    assert (page.status, page.heading) == (200, "第 1 次联合踏勘")
    assert acts_on(page) == ["更换踏勘人员", "改期", "取消联合踏勘"]
    task = branch_task(house, case_no, "fire")
    assert "还没有记录踏勘情况" in fire.open(f"/tasks/{task.id}").text, "the desk shows the planned visit"
    assert acts_on(fire.open(f"{where}/1")) == ["更换踏勘人员"]
    form = lead.open(f"{where}/1/move").form(f"{where}/1/move")
    page = form.set(visit_on="2026-03-05", reason="当日停电").press("submit")
    assert "2026-03-05" in page.words(".yc-under")
    papers = lead.open(f"/cases/{case_no}").each(".yc-papers__one")
    assert sum("联合踏勘告知书" in one for one in papers) == 2

    house.at(2026, 3, 5, 10, 0)
    assert acts_on(fire.open(f"{where}/1")) == ["记录踏勘情况", "更换踏勘人员"]
    form = fire.open(f"{where}/1/findings").form(f"{where}/1/findings")
    form.attach("files", "现场.pdf", PDF.replace(b"%PDF-1.4", b"%PDF-1.4\n%visit"))
    page = form.set(findings="疏散通道畅通", conclusion="improve").press("submit")
    assert page.status == 422
    assert page.each(".yc-kept li") == ["保留已上传的“现场.pdf”"]
    form = page.form(f"{where}/1/findings").set(improvement="更换灭火器", conclusion="improve")
    page = form.put("again", "true").press("submit")
    assert page.status == 200, page.main
    assert "整改后需要再次踏勘" in page.main
    assert "现场.pdf" in page.main
    assert [one.text_content() for one in page.all("a[download]")] == ["现场.pdf"]
    assert site.visitor(head_of("urban")).open(f"{where}/1").all("a[download]") == [], "another department's file"
    printed = lead.open(f"{where}/1/print").main
    for words in (SITE, "疏散通道畅通", "更换灭火器", "□ 符合要求", "照常计算"):
        assert words in printed, words
    assert "已记录 1/3" in lead.open(f"/cases/{case_no}").main


def test_a_visit_is_joined_by_one_more_and_cancelled(site: Site) -> None:
    house = site.house
    case_no = asked(house)
    plan(house, case_no, "food", "sign")
    where = f"/cases/{case_no}/joint/visits"
    lead, fire = site.visitor("D12"), site.visitor(head_of("fire"))
    assert acts_on(lead.open(f"{where}/1")) == ["更换踏勘人员", "增加踏勘部门", "改期", "取消联合踏勘"]
    assert acts_on(fire.open(f"{where}/1")) == []
    form = lead.open(f"{where}/1/join").form(f"{where}/1/join").put("branches[0].looks_at", "疏散通道")
    page = form.press("submit")
    assert (page.status, "请选择人员" in page.words(".yc-errors")) == (422, True)
    form = page.form(f"{where}/1/join").put("visitors[0].account", account_of("fire", 1))
    page = form.press("submit")
    assert page.status == 200, page.main
    assert "疏散通道" in page.words("section[aria-labelledby='found-title']")
    assert "消防加入第 1 次联合踏勘" in page.words("section[aria-labelledby='story-title']")
    assert acts_on(page) == ["更换踏勘人员", "改期", "取消联合踏勘"], "nobody is left to join"

    form = lead.open(f"{where}/1/cancel").form(f"{where}/1/cancel")
    page = form.press("submit")
    assert (page.status, "请填写取消的理由" in page.words(".yc-errors")) == (422, True)
    left = lead.open(f"{where}/1/move").form(f"{where}/1/move").set(visit_on="2026-03-05", reason="当日停电")
    page = page.form(f"{where}/1/cancel").set(reason="申请人停业装修").press("submit")
    assert (page.status, acts_on(page), page.each(".yc-status")) == (200, [], ["已取消"])
    assert "申请人停业装修" in page.words(".yc-note--warn")
    assert "联合踏勘取消告知书" in page.words(".yc-aside")
    again = left.press("submit")
    assert (again.status, "已经取消，不能再改期" in again.words(".yc-errors")) == (409, True)
    assert "已取消" in lead.open(where).main
    assert lead.open(where).all(f"a[href='{where}/new']"), "another one may be planned"
    assert "（2026-03-04 09:30，已取消）" in lead.open(f"/cases/{case_no}").words("[aria-labelledby='together-title']")
    printed = lead.open(f"{where}/1/print").main
    for words in ("已取消", "申请人停业装修", "本次不再记录"):
        assert words in printed, words
    assert "□" not in printed, "there is nothing to be filled in by pen"
    assert "已取消：申请人停业装修" in fire.open("/messages").main


def test_who_waits_looks_on_and_strangers_see_nothing(site: Site) -> None:
    house = site.house
    case_no = asked(house, "I11")
    call(house, case_no, by=account_of("health", 1))
    where = f"/cases/{case_no}/joint"
    waits = site.visitor(head_of("hrss"))
    assert waits.open(f"/cases/{case_no}").status == 404
    page = waits.open(f"{where}/meetings/1")
    assert (page.status, acts_on(page)) == (200, ["答复会商"])
    assert page.all(f"a[href='/cases/{case_no}']") == []
    comes(house, case_no, "hrss")
    assert told(house, account_of("health", 2))[0].endswith("参加。")
    for account, status in (("D12", 404), ("W01", 200), ("S51", 200), ("A01", 403)):
        for path in ("meetings", "meetings/1", "meetings/1/print", "visits"):
            assert site.visitor(account).open(f"{where}/{path}").status == status, (account, path)
    assert site.visitor("W01").open(f"{where}/meetings/new").status == 403
    assert waits.open(f"{where}/meetings/1/none").status == 404
    assert waits.open(f"{where}/meetings/2").status == 404
    assert waits.open(f"{where}/visits/1").status == 404
    assert waits.open(f"{where}/visits/1/none").status == 404


@pytest.mark.parametrize("how", [stays_away, minutes])
def test_a_page_left_open_is_told_how_it_stands_now(site: Site, how: Any) -> None:
    house = site.house
    case_no = asked(house)
    call(house, case_no)
    where = f"/cases/{case_no}/joint/meetings/1"
    left = site.visitor("D11").open(f"{where}/cancel").form(f"{where}/cancel").set(reason="意见已经一致")
    if how is minutes:
        house.at(2026, 3, 4, 15, 0)
        minutes(house, case_no)
        page = left.press("submit")
        assert (page.status, "现在是“已召开”" in page.words(".yc-errors")) == (409, True)
    else:
        stays_away(house, case_no, "fire")
        assert left.press("submit").words(".yc-status") == "已取消"


def test_another_departments_findings_are_shown_when_there_are(site: Site) -> None:
    house = site.house
    case_no = asked(house)
    plan(house, case_no)
    house.at(2026, 3, 4, 10, 0)
    found(house, case_no, "fire", conclusion="fail")
    page = site.visitor(head_of("urban")).open(f"/cases/{case_no}/joint/visits/1")
    assert "不符合要求" in page.words("section[aria-labelledby='found-title']")
    assert "记录第 1 次联合踏勘" in page.words("section[aria-labelledby='story-title']")
