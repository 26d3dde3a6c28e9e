"""待办: boxes, rows, states, messages."""

from __future__ import annotations

import pytest

from engine.process.tasks.commands import ClaimTask
from tests.support.house import INSURANCE, PERSON
from tests.support.site import Page, Site


def counts(page: Page) -> list[str]:
    """Return how much lies in each box of tasks; what was sent to oneself is told of in test_handing."""
    return [words.removesuffix("件") for words in page.each(".yc-tabs__one")][:3]


def rows(page: Page) -> list[str]:
    return page.each("#inbox tbody tr")


def test_an_empty_inbox_says_so_and_what_will_come(site: Site):
    page = site.visitor("W01").page
    assert page.words(".yc-empty__title") == "您手中没有待办"
    assert counts(page) == ["我的0", "本岗位待签收0", "本部门0"]


@pytest.mark.parametrize(
    "account, links, words",
    [
        ("P61", ["/processes"], "起草、检查、送审、发布"),
        ("A01", ["/incidents", "/policies", "/processes"], "doctor"),
        ("A02", ["/accounts"], "账号"),
        ("A03", [], "audit verify"),
        ("M71", [], "POST /api/v1/messages"),
        ("S51", ["/supervision", "/cases"], "时限监察"),
    ],
)
def test_who_works_no_tasks_is_told_what_the_role_can_do_and_each_link_opens(
    site: Site, account: str, links: list[str], words: str
):
    visitor = site.visitor(account)
    page = visitor.page
    assert "您的岗位不办理待办" in page.main
    assert words in page.words("#inbox ul.yc-plain")
    found = [one.get("href") for one in page.all("#inbox ul.yc-plain a")]
    assert set(links) <= set(found)
    assert [visitor.open(one).status for one in found] == [200] * len(found)


def test_a_row_says_task_item_applicant_type_due_state_and_arrival(site: Site):
    site.house.receive("W01", "I06", PERSON)
    (row,) = rows(site.visitor("W01").open("/?box=role"))
    for words in ("形式审查", "社会保障卡补领", "即办件", "王*国", "正常 剩5个工作日", "2026-03-02 09:05"):
        assert words in row
    assert "一次告知期限 2026-03-09" in row
    assert "王建国" not in row


def test_a_firms_name_is_no_secret(site: Site):
    site.house.accepted_commitment()
    assert "安阳测试餐饮有限公司" in rows(site.visitor("D11").open("/?box=role"))[0]


def test_each_box_holds_what_its_name_says(site: Site):
    case_no = site.house.receive("W01", "I06", PERSON)
    task = site.house.task(case_no, "ut_formal")
    assert counts(site.visitor("W01").open("/")) == ["我的0", "本岗位待签收1", "本部门1"]
    assert counts(site.visitor("W03").open("/")) == ["我的0", "本岗位待签收0", "本部门1"]
    assert counts(site.visitor("D61").open("/")) == ["我的0", "本岗位待签收0", "本部门0"]
    site.house.execute("W01", ClaimTask(task_id=task.id))
    assert counts(site.visitor("W01").open("/")) == ["我的1", "本岗位待签收0", "本部门1"]
    assert "受理员一" in rows(site.visitor("W02").open("/?box=department"))[0]


def test_the_inbox_opens_where_there_is_something_to_do(site: Site):
    site.house.receive("W01", "I06", PERSON)
    chosen = site.visitor("W01").open("/").words(".yc-tabs__one[aria-current='page']")
    assert chosen.startswith("本岗位待签收")


def test_a_task_is_taken_by_its_button(site: Site):
    case_no = site.house.receive("W01", "I06", PERSON)
    page = site.visitor("W01").open("/?box=role").form("/tasks").press("claim")
    assert page.heading == "形式审查"
    assert site.house.task(case_no, "ut_formal").holder == "W01"


def test_only_what_one_may_take_has_the_button(site: Site):
    site.house.receive("W01", "I06", PERSON)
    page = site.visitor("W03").open("/?box=department")
    assert page.all("#inbox button") == []
    assert "查看" in rows(page)[0]


@pytest.mark.parametrize(
    "days, words, tone",
    [
        (0, "正常 剩5个工作日", "normal"),
        (3, "正常 剩2个工作日", "normal"),
        (4, "临期 剩1个工作日", "soon"),
        (6, "临期 剩1个工作日", "soon"),
        (7, "今日到期", "soon"),
        (8, "超期1个工作日", "late"),
        (9, "超期2个工作日", "late"),
    ],
)
def test_the_commitments_state_is_said_in_words_and_shape(site: Site, days: int, words: str, tone: str):
    site.house.accepted_commitment()
    site.house.wait(days=days)
    page = site.visitor("D11").open("/?box=role")
    state = page.words("#inbox .yc-due")
    assert state.removesuffix("，查看怎样计算").endswith(words)
    assert state[0] == {"normal": "○", "soon": "▲", "late": "●"}[tone]
    assert page.all(f"#inbox .yc-due--{tone}")


def test_while_the_applicant_completes_the_papers_no_clock_is_shown_running(site: Site):
    rows_of_form = [{"no": "1", "verdict": "missing", "advice": "请提交身份证"}]
    case_no = site.house.receive("W01", "I06", PERSON)
    site.house.complete("W01", case_no, "ut_formal", {"formal_result": "correct", "materials": rows_of_form})
    site.house.complete("D62", case_no, "ut_confirm_correction", {"confirmed": "agree"})
    site.house.complete("W01", case_no, "ut_issue_correction", {"checked": True})
    assert "‖ 等待申请人补正" in rows(site.visitor("W01").open("/?box=role"))[0]


def test_a_long_inbox_has_pages(site: Site):
    for _ in range(21):
        site.house.receive("W01", "I06", PERSON)
    visitor = site.visitor("W01")
    first = visitor.open("/?box=role")
    assert len(rows(first)) == 20
    assert "第 1–20 条，共 21 条" in first.words(".yc-pager__count")
    assert len(rows(visitor.open("/?box=role&page=2"))) == 1
    assert "这一页没有待办" in visitor.open("/?box=role&page=9").main


@pytest.mark.parametrize(
    "address", ["/?box=nonsense", "/?page=-1", "/?page=x", "/?page=99999999999", "/?box=role&page="]
)
def test_strange_addresses_show_an_inbox_all_the_same(site: Site, address: str):
    assert site.visitor("W01").open(address).status == 200


def test_the_refresh_gets_the_list_alone(site: Site):
    part = site.visitor("W01").open("/?box=mine&poll=1", headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert part.all("#inbox")


def test_T091_the_department_is_told_of_the_delivery_and_may_mark_it_read(site: Site):
    case_no = site.house.accepted_instant()
    site.house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    site.house.make_and_sign(case_no, INSURANCE)
    site.house.pick_up(case_no, "王建国", "410502199003070010")
    page = site.visitor("D62").open("/")
    (message,) = page.each(".yc-messages__one")
    assert "“社会保障卡补领”（王*国）的结果已送达申请对象" in message
    assert "未读" in message
    assert page.all(".yc-messages a")[0].get("href") == f"/cases/{case_no}"
    read = page.form("/messages/read").press()
    assert "未读" not in read.words(".yc-messages")
    assert "未读" in site.visitor("D61").open("/").words(".yc-messages")


def test_all_messages_have_a_page_of_their_own(site: Site):
    page = site.visitor("S51").open("/messages")
    assert page.heading == "消息"
    assert "没有消息" in page.main


def test_many_reminders_of_a_day_are_one_line_that_opens_and_is_read_at_once(site: Site):
    for _ in range(4):
        site.house.accepted_commitment()
    site.house.at(2026, 3, 6)
    site.house.sweep()
    page = site.visitor("S51").open("/messages")
    # The promise of each case is near its end, and the limit of each review is over.
    assert page.each(".yc-messages__many summary") == ["3月6日临期提示 4 条", "3月6日超期提示 4 条"]
    assert sum("承诺时限将于" in one for one in page.each(".yc-messages__many .yc-messages__one")) == 4
    assert "未读" not in page.form("/messages/read").press().main


def test_marking_nonsense_read_changes_nothing(site: Site):
    visitor = site.visitor("W01")
    token = visitor.open("/").all("input[name='_csrf']")[0].get("value")
    page = visitor.send("/messages/read", {"_csrf": token, "id": ["x", "-1", "", "9" * 30], "back": "messages"})
    assert (page.status, page.heading) == (200, "消息")
