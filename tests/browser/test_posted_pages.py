"""Pages that no address opens: what a form, a token or a refusal leads to; accessible and whole like all others."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from engine.casework.issuance.sms.queries import recent_messages
from engine.foundation.vault import Vault
from engine.registry.identity.rules import SYSTEM
from tests.browser.test_inventory import frame_problems, seen
from tests.support.browser import NewPage
from tests.support.filled.serving import FilledHall
from yichuang.provision import DEMO_PASSWORD

Look = Callable[[Page, str], None]


@pytest.fixture
def look(check_axe: Callable[[Page], None]) -> Look:
    """A function that looks at a page whose heading is given."""

    def at(page: Page, heading: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
        assert frame_problems(seen(page)) == []
        check_axe(page)

    return at


def test_the_progress_of_a_case_and_a_wrong_code(new_page: NewPage, filled: FilledHall, look: Look) -> None:
    page = new_page()
    for code, heading in (("WRONGWRO", "办件进度查询"), (filled.at["query code"], "食品经营许可")):
        page.goto(f"{filled.url}progress")
        page.get_by_label("办件编号", exact=True).fill(filled.at["under review"])
        page.get_by_label("查询码", exact=True).fill(code)
        page.get_by_role("button", name="查询进度").click()
        look(page, heading)


def test_what_became_of_many_tasks_taken_at_once(new_page: NewPage, filled: FilledHall, look: Look) -> None:
    page = filled.sit(new_page(), "W01")
    page.goto(f"{filled.url}?box=role")
    page.locator("input[name='task']").first.check()
    page.get_by_role("button", name="签收所选的待办").click()
    look(page, "成批签收")


def test_a_form_sent_after_the_session_ended_is_given_back(new_page: NewPage, filled: FilledHall, look: Look) -> None:
    page = filled.sit(new_page(), "W02")
    page.goto(f"{filled.url}applications/new/I06")
    page.locator("#f-applicant_name").fill("王建国")
    page.context.clear_cookies()
    page.get_by_role("button", name="收件并进入形式审查").click()
    look(page, "登录")
    page.get_by_label("账号", exact=True).fill("W02")
    page.get_by_label("口令", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="登录").click()
    look(page, "刚才填写的内容还没有提交")


def test_an_electronic_delivery_asked_wrongly_and_opened(new_page: NewPage, filled: FilledHall, look: Look) -> None:
    page, token = new_page(), filled.at["e-delivery token"]
    with filled.house.door.read(SYSTEM) as view:
        texts = [one.text for one in recent_messages(view.connection, view.part(Vault)) if token in one.text]
    found = re.search(r"查询码 (\d{6})", texts[0])
    assert found is not None
    for code, words in (("000000", "查收"), (found[1], "下载")):
        page.goto(f"{filled.url}e/{token}")
        page.get_by_label("查询码", exact=True).fill(code)
        page.get_by_label("证件号码后四位", exact=True).fill("0010")
        page.get_by_role("button", name="查收").click()
        expect(page.locator("main")).to_contain_text(words)
        look(page, "")


def test_an_incident_retried_and_one_settled_by_the_keyboard(
    new_page: NewPage, filled: FilledHall, look: Look
) -> None:
    page = filled.sit(new_page(), "A01")
    page.goto(f"{filled.url}incidents")
    link = page.get_by_role("link", name=re.compile("^生成文书的文件")).first
    link.press("Enter")
    page.get_by_role("button", name="登记人工处置").press("Enter")
    expect(page.locator(".yc-errors")).to_be_focused()
    field = page.get_by_label("处置经过", exact=True)
    expect(field).to_have_attribute("aria-invalid", "true")
    look(page, "生成文书的文件")
    field.press_sequentially("窗口已手工出具")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".yc-done")).to_contain_text("已登记人工处置")
    look(page, "生成文书的文件")
    page.goto(f"{filled.url}incidents/{filled.at['incident of a limit']}")
    page.get_by_role("button", name="立即重试").press("Enter")
    expect(page.locator(".yc-done")).to_be_visible()
    look(page, "承诺时限")


@pytest.mark.parametrize(
    "account, address, heading",
    [
        ("", "nowhere", "没有找到这一页"), ("W01", "nowhere", "没有找到这一页"), ("W01", "views", ""),
        ("D11", "supervision", ""), ("W01", "cases/nowhere", ""), ("", "e/nowhere", ""), ("", "p/nowhere", ""),
    ],
)  # fmt: skip
def test_every_failure_is_a_page_like_others(
    new_page: NewPage, filled: FilledHall, look: Look, account: str, address: str, heading: str
) -> None:
    page = filled.sit(new_page(), account)
    answer = page.goto(filled.url + address)
    assert answer is not None
    assert answer.status >= 400
    look(page, heading)
