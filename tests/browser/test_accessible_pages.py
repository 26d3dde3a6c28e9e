"""What the inventory of pages does not show: forms with errors, a finger, the keyboard, pages without scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.support.browser import PHONE, NewPage
from tests.support.clerk import PERSON, Clerk
from tests.support.server import Server

CheckAxe = Callable[[Page], None]


def test_forms_and_their_errors_have_no_finding(new_page: NewPage, server: Server, check_axe: CheckAxe, tmp_path: Path):
    clerk = Clerk(new_page(), server.url, "W01", tmp_path)
    clerk.page.goto(f"{server.url}applications/new/I02")
    check_axe(clerk.page)
    clerk.press("收件并进入形式审查")
    expect(clerk.page.locator(".yc-errors")).to_be_focused()
    check_axe(clerk.page)
    clerk.receive("社会保障卡补领", PERSON)
    clerk.sees("形式审查")
    check_axe(clerk.page)
    clerk.choose("materials[0].verdict", "missing")
    clerk.press("提交")
    expect(clerk.page.locator(".yc-errors")).to_be_focused()
    check_axe(clerk.page)


def test_the_forms_about_accounts_have_no_finding(
    new_page: NewPage, server: Server, check_axe: CheckAxe, tmp_path: Path
):
    keeper = Clerk(new_page(), server.url, "A02", tmp_path)
    keeper.page.goto(f"{server.url}accounts/new")
    keeper.press("建立账号")
    expect(keeper.page.locator(".yc-errors")).to_be_focused()
    check_axe(keeper.page)
    keeper.page.goto(f"{server.url}accounts/D43")
    keeper.page.get_by_text("重置口令").first.click()
    keeper.press("重置口令")
    expect(keeper.page.locator("#initial-password")).to_be_visible()
    check_axe(keeper.page)


def test_what_can_be_pressed_is_large_enough_on_a_phone(new_page: NewPage, server: Server, tmp_path: Path):
    clerk = Clerk(new_page(**PHONE), server.url, "W01", tmp_path)
    clerk.page.goto(f"{server.url}applications/new/I06")
    for button in clerk.page.locator("main .yc-button:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44, button.text_content()


def test_the_keyboard_alone_signs_in_and_reaches_the_work(new_page: NewPage, server: Server):
    page = new_page()
    page.goto(f"{server.url}sign-in")
    expect(page.get_by_label("账号", exact=True)).to_be_focused()
    page.keyboard.type("W01")
    page.keyboard.press("Tab")
    page.keyboard.type("Anyang-2026")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="待办", level=1)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.goto(f"{server.url}cases")
    page.keyboard.press("/")
    expect(page.get_by_label("查找办件、申请对象、办事指南")).to_be_focused()


def test_without_built_scripts_the_pages_are_whole(new_page: NewPage, server: Server, tmp_path: Path):
    page = new_page()
    page.route("**/static/dist/**", lambda route: route.fulfill(status=200, body="", content_type="text/javascript"))
    clerk = Clerk(page, server.url, "W01", tmp_path)
    clerk.receive("社会保障卡补领", PERSON)
    expect(page.get_by_role("button", name="更新表单项")).to_be_visible()
    clerk.choose("formal_result", "accept")
    clerk.submit()
    clerk.sees("收件（受理），出具通知书")
