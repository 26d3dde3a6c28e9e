"""异常: the desk where the system administrator sees what the house could not do, has it tried again or settles it."""

from __future__ import annotations

import pytest

from engine.process.clocks.queries import MAX_ATTEMPTS
from engine.process.tasks.incidents.queries import raise_incident
from tests.deadlines.runner.due import heal
from tests.engine.process.test_tasks_incidents import failed_for_good, listed, never_rings
from tests.support.failing import ERROR, give_up
from tests.support.house import PERSON
from tests.support.site import Page, Site
from yichuang.worker import work_once


def menu(page: Page) -> list[str]:
    return page.each(".yc-nav__link")


def test_a_quiet_house_says_so_and_counts_nothing(site: Site):
    page = site.visitor("A01").open("/incidents")
    assert (page.heading, page.words(".yc-empty__title")) == ("异常", "没有异常")
    assert menu(page) == ["待办", "异常"]


def test_the_menu_counts_what_is_open_for_the_system_administrator_alone(site: Site):
    give_up(site.house, site.house.accepted_instant())
    admin = site.visitor("A01")
    assert menu(admin.open("/"))[-1] == "异常1项待处理"
    assert not any("异常" in entry for entry in menu(site.visitor("A02").open("/")))
    one = admin.open("/incidents").all("main th a")[0].get("href")
    admin.open(one).form(f"{one}/retry").press()
    assert menu(admin.open("/"))[-1] == "异常"


def test_the_message_about_it_leads_to_it(site: Site):
    case_no = site.house.accepted_instant()
    give_up(site.house, case_no)
    [link] = site.visitor("A01").open("/").all(".yc-messages__one a")
    page = site.visitor("A01").open(link.get("href"))
    assert page.each("main tbody th") == [f"生成文书的文件，办件 {case_no}"]


def test_it_is_listed_with_what_failed_where_how_often_and_since_when(site: Site):
    case_no = site.house.accepted_instant()
    give_up(site.house, case_no)
    page = site.visitor("A01").open("/incidents")
    [row] = page.each("main tbody tr")
    for word in ("生成文书的文件", case_no[31:39], "待发事项", "8 次", "2026-03-02 09:05", "待处理"):
        assert word in row
    cells = [*page.all("main tbody th"), *page.all("main tbody td")]
    assert len(cells) == 6 and all(cell.get("data-label") for cell in cells), "it can be read on a telephone"


def test_the_list_is_narrowed_and_its_pages_keep_the_filter(site: Site):
    case_no = site.house.receive("W01", "I06", PERSON)
    root_id = f"case:{case_no}"
    with site.house.unit(root_id) as unit:
        for number in range(45):
            raise_incident(unit, f"outbox:{number}", root_id, "sms.send", "未能发出", MAX_ATTEMPTS)
    visitor = site.visitor("A01")
    visitor.open("/incidents").form("/incidents").set(q=case_no[31:])
    page = visitor.open(f"/incidents?q={case_no[31:]}")
    assert "第 1–20 条，共 45 条" in page.main
    last = visitor.open(f"/incidents?state=open&q={case_no[31:]}&page=3")
    assert len(last.each("main tbody tr")) == 5
    assert last.all(".yc-pager__link[rel='prev']")[0].get("href").endswith(f"page=2&state=open&q={case_no[31:]}")
    assert last.words(".yc-tabs a[aria-current='page']") == "待处理"
    assert "没有符合条件的异常" in visitor.open("/incidents?q=99999999").main
    assert "没有符合条件的异常" in visitor.open("/incidents?state=resolved").main
    assert "这一页没有异常" in visitor.open("/incidents?page=9").main
    assert len(visitor.open("/incidents?state=nonsense").each("main tbody tr")) == 20


def test_one_says_why_and_when_it_is_tried_again_and_that_it_was_looked_at_is_noted(site: Site):
    [case_no], _ = failed_for_good(site.house, 1)
    [one] = listed(site.house)
    page = site.visitor("A01").open(f"/incidents/{one.id}")
    assert page.heading == "一次告知期限届满"
    assert case_no in page.words(".yc-under").replace(" ", "")
    assert "SnapshotMismatch" in page.main
    assert f"已试{MAX_ATTEMPTS} 次" in page.words("aside")
    assert "系统将于 2026-03-10" in page.main
    assert "correction_notice" in page.words("aside")
    assert page.each(".yc-story__said") == ["列为异常"]
    assert site.house.journal("access:A01")[-1].data["target"] == f"异常 {one.id}"


def test_retried_after_the_cause_is_gone_it_comes_through_and_its_story_is_told(site: Site):
    [case_no], snapshot = failed_for_good(site.house, 1)
    heal(site.house, case_no, snapshot)
    [one] = listed(site.house)
    visitor = site.visitor("A01")
    page = visitor.open(f"/incidents/{one.id}").form(f"/incidents/{one.id}/retry").press()
    assert "已安排重试" in page.words(".yc-done")
    assert page.words(".yc-status") == "已安排重试"
    assert not page.all("main form"), "there is nothing more to press"
    assert site.house.sweep().fired == 1
    page = visitor.open(f"/incidents/{one.id}")
    assert page.words(".yc-status") == "已恢复"
    told = page.each(".yc-story__said")
    assert [told[0], told[-1]] == ["列为异常", "已办成，或者已不再等待，异常消除"]
    assert told[1].startswith("系统管理员重试“一次告知期限届满”")
    assert site.house.violations() == []


def test_a_timer_is_retried_at_its_desk_too(site: Site):
    case_no, snapshot = never_rings(site.house)
    heal(site.house, case_no, snapshot)
    visitor = site.visitor("A01")
    link = visitor.open("/incidents").all("main th a")[0].get("href")
    page = visitor.open(link)
    assert (page.heading, "流程定时" in page.words(".yc-under")) == ("久未审查", True)
    page.form(f"{link}/retry").press()
    assert site.house.sweep().fired >= 1
    assert visitor.open(link).words(".yc-status") == "已恢复"


def test_it_is_settled_by_hand_and_an_empty_reason_is_told_at_its_field(site: Site):
    id = give_up(site.house, site.house.accepted_instant())
    visitor = site.visitor("A01")
    form = visitor.open(f"/incidents/{id}").form(f"/incidents/{id}/resolve")
    page = form.set(reason="  ").press()
    assert page.status == 422
    assert page.all("#f-reason")[0].get("aria-invalid") == "true"
    assert "请写明人工处置的经过" in page.words("#f-reason-error")
    page = page.form(f"/incidents/{id}/resolve").set(reason="窗口已手工出具").press()
    assert (page.status, page.words(".yc-status")) == (200, "已人工处置")
    assert "窗口已手工出具" in page.main
    assert page.each(".yc-story__said")[-1] == "系统管理员人工处置“生成文书的文件”：窗口已手工出具"


def test_a_form_that_was_left_open_is_told_that_somebody_was_quicker_and_keeps_its_words(site: Site):
    id = give_up(site.house, site.house.accepted_instant())
    visitor = site.visitor("A01")
    page = visitor.open(f"/incidents/{id}")
    retry, resolve = page.form(f"/incidents/{id}/retry"), page.form(f"/incidents/{id}/resolve")
    retry.press()
    work_once(site.house.door)
    late = resolve.set(reason="窗口已手工出具").press()
    assert (late.status, "已经处理过" in late.words(".yc-errors")) == (409, True)
    assert late.words(".yc-status") == "已恢复"
    assert retry.press().words(".yc-status") == "已恢复", "a second press is the first one's answer"


def test_what_must_not_be_done_twice_has_no_button_and_says_why(site: Site):
    root_id = f"case:{site.house.receive('W01', 'I06', PERSON)}"
    with site.house.unit(root_id) as unit:
        raise_incident(unit, "outbox:77", root_id, "courier.order", "物流机构未接单", MAX_ATTEMPTS)
    page = site.visitor("A01").open("/incidents/outbox:77")
    assert "不能重试：结果已转为由综合窗口另选送达方式" in page.main
    assert [form.get("action") for form in page.all("main form")] == ["/incidents/outbox:77/resolve"]


@pytest.mark.parametrize("address", ["/incidents/outbox:99999999", "/incidents/nonsense", "/incidents/deadline:"])
def test_one_that_is_not_there_is_told_so(site: Site, address: str):
    page = site.visitor("A01").open(address)
    assert page.status == 404
    assert "没有编号为" in page.main


def test_nothing_of_the_applicant_stands_on_it(site: Site):
    case_no = site.house.accepted_instant()
    page = site.visitor("A01").open(f"/incidents/{give_up(site.house, case_no)}")
    assert ERROR in page.main
    for secret in (PERSON["applicant_name"], PERSON["id_no"], PERSON["phone"]):
        assert str(secret) not in page.text
    assert not [link for link in page.all("main a") if "/cases/" in link.get("href")], "he may not see cases"
