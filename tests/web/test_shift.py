"""交班, 日终清单, 内部消息 and 准予决定公开: the pages of the day's end."""

from __future__ import annotations

import pytest

from engine.process.tasks.commands import ClaimTask, SaveDraft
from tests.support.house import COMPANY, PERSON, House
from tests.support.site import Page, Site
from web.decisions import mask_number


def held(house: House, account: str = "W01") -> str:
    case_no = house.receive(account, "I06", PERSON)
    id = house.task(case_no, "ut_formal").id
    house.execute(account, ClaimTask(task_id=id))
    return id


def errors(page: Page) -> list[str]:
    return page.each(".yc-errors__list li")


# 交班 --------------------------------------------------------------------------------------------------------------


def test_ticked_tasks_are_handed_over_and_the_colleague_sees_the_draft_with_its_name(site: Site):
    id = held(site.house)
    site.house.execute("W01", SaveDraft(task_id=id, data={"opinion": "照片尺寸不符"}))
    form = site.visitor("W01").open("/shift").form("/shift")
    page = form.set(to_account="W02").press("chosen")
    assert "已交接 1 件" in page.main
    assert "您手中没有待办" in page.main
    task = site.visitor("W02").open(f"/tasks/{id}")
    assert "受理员一的草稿" in task.main and "照片尺寸不符" in task.main
    assert task.form(f"/tasks/{id}").values.get("opinion", "").strip() == ""
    assert "受理员一的草稿" not in site.visitor("W01").open(f"/tasks/{id}").main


def test_nobody_and_nothing_chosen_is_told_at_the_field(site: Site):
    held(site.house)
    form = site.visitor("W01").open("/shift").form("/shift")
    assert errors(form.press("chosen")) == ["请选择接班的同事"]
    assert errors(form.set(to_account="W02").drop("task").press("chosen")) == ["请勾选要交接的待办，或按“全部交接”"]
    assert "已交接 1 件" in form.press("all").main


def test_with_empty_hands_there_is_nothing_to_hand_over(site: Site):
    page = site.visitor("W02").open("/shift")
    assert "您手中没有待办" in page.main


def test_T024_a_clerk_says_at_which_window_he_sits(site: Site):
    page = site.visitor("W01").open("/shift").form("/shift/seat").set(window="SH01").press()
    assert "社会事务综合窗口1（一楼B区1号）" in page.words("aside")
    assert site.visitor("D11").open("/shift").all("form[action='/shift/seat']") == []


def test_the_list_of_the_day_tells_what_came_in_went_out_and_waits(site: Site):
    house = site.house
    instant = house.accepted_instant()
    case_no = house.receive("W01", "I02", COMPANY)
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    house.complete("W01", case_no, "ut_accept", {})
    page = site.visitor("W01").open("/shift/day")
    headings = page.each("h2")
    assert headings[:4] == [
        "今日收件（2）", "今日受理（2）", "今日出具的文书（2）", "已移交、对方尚未签收的纸质材料（1）"
    ]  # fmt: skip
    assert "王*国" in page.main and instant[31:] in page.main
    house.at(2026, 3, 6, 9)
    later = site.visitor("W01").open("/shift/day")
    assert "2026年3月9日到期（1）" in later.each("h2")
    assert "承诺时限：食品经营许可" in later.main
    assert later.each("h2")[0] == "今日收件（0）"


def test_the_issuing_clerk_sees_the_results_that_wait(site: Site):
    case_no = site.house.decided_commitment()
    site.house.make_and_sign(case_no, ("D11", "D12", "D13"))
    assert "等待领取的结果（1）" in site.visitor("W03").open("/shift/day").each("h2")


# 内部消息 T027 -----------------------------------------------------------------------------------------------------


def test_T027_a_message_is_sent_counted_in_the_header_answered_and_marked_read(site: Site):
    case_no = site.house.receive("W01", "I02", COMPANY)
    form = site.visitor("W01").open(f"/notes?case_no={case_no}").form("/notes")
    page = form.set(to="account:D11", text="营业执照已核验<b>请知悉</b>").press()
    assert "营业执照已核验<b>请知悉</b>" in page.main
    reader = site.visitor("D11")
    inbox = reader.open("/notes")
    assert "1" in inbox.words(".yc-me .yc-count")
    assert "受理员一 → 市监审查员" in inbox.main and case_no[31:] in inbox.main
    link = next(one.get("href") for one in inbox.all("main a") if "回复" in one.text_content())
    reader.open(link).form("/notes", css="aside form").set(text="收到").press()
    assert reader.open("/notes").form("/notes/read").press().all(".yc-me .yc-count") == []
    assert "收到" in site.visitor("W01").open("/notes").main


@pytest.mark.parametrize(
    "typed, status, sentence",
    [
        ({"to": "account:W02", "text": ""}, 422, "请填写消息内容"),
        ({"to": "", "text": "在吗"}, 422, "请选择一位收件人"),
        ({"to": "account:W02", "text": "长" * 2001}, 422, "不能超过2000字"),
        ({"to": "account:W02", "text": "请看", "case_no": "9" * 43}, 404, "没有找到办件"),
        ({"to": "account:A01", "text": "请看"}, 422, "请选择一位收件人"),
    ],
)
def test_T027_what_cannot_be_sent_is_told_and_stays_typed(site: Site, typed: dict[str, str], status: int, sentence):
    page = site.visitor("W01").open("/notes").form("/notes").set(**typed).press()
    assert page.status == status
    assert sentence in page.main
    assert page.all("#f-text")[0].text_content().strip() == typed["text"].strip()


def test_T027_a_desk_gets_it_too_and_the_house_leads_to_what_it_tells_of(site: Site):
    site.visitor("D11").open("/notes").form("/notes").set(to="desk:window_clerk@center", text="结果已备好").press()
    assert "市监审查员 → 政务服务中心综窗受理员" in site.visitor("W02").open("/notes").main
    contact = {"name": "李秀兰", "phone": "13900001111", "about": "怎样办食品经营许可？"}
    made = site.visitor("W01").open("/contacts").form("/contacts").set(**contact).press()
    site.house.at(2026, 3, 4, 9)
    site.house.sweep()
    page = site.visitor("W01").open("/notes")
    assert "系统 → 受理员一" in page.main
    assert made.path in [one.get("href") for one in page.all("main a")]


# 准予决定公开 T035 --------------------------------------------------------------------------------------------------


def test_T035_a_grant_is_published_to_everybody_masked_as_the_row_says(site: Site):
    stranger = site.visitor()
    assert "没有公开的准予决定" in stranger.open("/public/decisions").main
    case_no = site.house.accepted_instant()
    site.house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    page = stranger.open("/public/decisions")
    assert page.each("tbody tr") == [
        "王*国4105**********0010社会保障卡补领安阳市人力资源和社会保障局2026年3月2日"
    ]  # fmt: skip
    assert "410502199003070010" not in page.text and "王建国" not in page.text and case_no not in page.text


def test_T035_a_firms_name_and_code_are_public_and_undecided_cases_are_not_listed(site: Site):
    site.house.accepted_commitment()
    stranger = site.visitor()
    assert stranger.open("/public/decisions").all("tbody tr") == []
    site.house.decided_commitment()
    assert "安阳测试餐饮有限公司91410500MA9TEXT01Y" in stranger.open("/public/decisions").main
    assert stranger.open("/public/decisions?q=没有这个").all("tbody tr") == []
    assert len(stranger.open("/public/decisions?q=食品").all("tbody tr")) == 1


def test_T035_the_list_is_paged(site: Site):
    for _ in range(21):
        case_no = site.house.accepted_instant()
        site.house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    stranger = site.visitor()
    assert len(stranger.open("/public/decisions").all("tbody tr")) == 20
    assert len(stranger.open("/public/decisions?page=2").all("tbody tr")) == 1


@pytest.mark.parametrize(
    "number, shown",
    [("410502199003070010", "4105**********0010"), ("E12345678", "E123*5678"), ("12345678", "1*******"), ("", "")],
)
def test_T035_the_mask_leaves_four_at_each_end(number: str, shown: str):
    assert mask_number(number) == shown
