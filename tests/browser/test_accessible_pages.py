"""Every main page: no finding of WCAG 2.2 AA, nothing sideways on a small screen, usable by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import PHONE, NewPage
from tests.support.clerk import PERSON, Clerk
from tests.support.server import Server

CheckAxe = Callable[[Page], None]
OPEN_PAGES = [
    "sign-in", "about", "about/clauses?chapter=6", "verify", "verify/0123456789abcdef", "nowhere", "public/decisions"
]  # fmt: skip
CLERK_PAGES = [
    "",
    "?box=role",
    "?box=department",
    "messages",
    "applications/new",
    "applications/new?q=没有这个",
    "cases",
    "cases?status=archived&q=没有",
    "applications/several?item=I01&item=I06",
    "contacts",
    "consultations",
    "shift",
    "shift/day",
    "notes",
    "barrings",
]


ACCOUNT_PAGES = [
    "accounts", "accounts?q=没有", "accounts/W01", "accounts/A02", "accounts/new", "accounts/W01/journal", "me",
    "me/password", "me/factor",
]  # fmt: skip


@pytest.fixture(scope="module")
def cases() -> dict[str, str]:
    """Cases made on the module's server, by the name of what they show."""
    return {}


def accepted(clerk: Clerk, cases: dict[str, str]) -> str:
    """Return an accepted case of the module's server, made when it is first asked for."""
    if "accepted" not in cases:
        cases["accepted"] = clerk.receive("社会保障卡补领", PERSON)
        clerk.choose("formal_result", "accept")
        clerk.submit()
        clerk.submit()
    return cases["accepted"]


@pytest.mark.parametrize("address", OPEN_PAGES)
def test_pages_open_to_all_have_no_finding(new_page: NewPage, server: Server, check_axe: CheckAxe, address: str):
    page = new_page()
    page.goto(server.url + address)
    check_axe(page)


def test_the_clerks_pages_have_no_finding(
    new_page: NewPage, server: Server, check_axe: CheckAxe, tmp_path: Path, cases: dict[str, str]
):
    clerk = Clerk(new_page(), server.url, "W01", tmp_path)
    case_no = accepted(clerk, cases)
    for address in [*CLERK_PAGES, f"cases/{case_no}"]:
        clerk.page.goto(server.url + address)
        clerk.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        check_axe(clerk.page)


def test_forms_and_their_errors_have_no_finding(new_page: NewPage, server: Server, check_axe: CheckAxe, tmp_path: Path):
    clerk = Clerk(new_page(), server.url, "W01", tmp_path)
    clerk.page.goto(f"{server.url}applications/new/I02")
    check_axe(clerk.page)
    clerk.press("收件并进入形式审查")
    expect(clerk.page.locator(".yc-errors")).to_be_focused()
    check_axe(clerk.page)
    clerk.receive("社会保障卡补领", PERSON)
    check_axe(clerk.page)
    clerk.choose("materials[0].verdict", "missing")
    clerk.press("提交")
    check_axe(clerk.page)


def test_a_task_of_others_and_a_signature_have_no_finding(
    new_page: NewPage, server: Server, check_axe: CheckAxe, tmp_path: Path, cases: dict[str, str]
):
    clerk = Clerk(new_page(), server.url, "W01", tmp_path)
    case_no = accepted(clerk, cases)
    head = Clerk(new_page(), server.url, "D62", tmp_path)
    head.page.goto(f"{server.url}cases/{case_no}")
    clerk.page.goto(head.page.locator(".yc-now a").first.evaluate("link => link.href"))
    check_axe(clerk.page)
    head.take(case_no, "业务负责人直接审核")
    check_axe(head.page)


def test_supervisor_and_auditor_pages_have_no_finding(
    new_page: NewPage, server: Server, check_axe: CheckAxe, tmp_path: Path, cases: dict[str, str]
):
    clerk = Clerk(new_page(), server.url, "W01", tmp_path)
    case_no = accepted(clerk, cases)
    supervisor = Clerk(new_page(), server.url, "S51", tmp_path)
    supervisor.page.goto(f"{server.url}supervision")
    check_axe(supervisor.page)
    auditor = Clerk(new_page(), server.url, "U81", tmp_path)
    auditor.page.goto(f"{server.url}cases/{case_no}/journal")
    auditor.page.locator("summary").first.click()
    check_axe(auditor.page)


def test_the_pages_about_accounts_have_no_finding(
    new_page: NewPage, server: Server, check_axe: CheckAxe, tmp_path: Path
):
    keeper = Clerk(new_page(), server.url, "A02", tmp_path)
    for address in ACCOUNT_PAGES:
        keeper.page.goto(server.url + address)
        keeper.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        check_axe(keeper.page)
    keeper.page.goto(f"{server.url}accounts/new")
    keeper.press("建立账号")
    expect(keeper.page.locator(".yc-errors")).to_be_focused()
    check_axe(keeper.page)
    keeper.page.goto(f"{server.url}accounts/D43")
    keeper.page.get_by_text("重置口令").first.click()
    keeper.press("重置口令")
    expect(keeper.page.locator("#initial-password")).to_be_visible()
    check_axe(keeper.page)
    small = Clerk(new_page(**{**PHONE, "viewport": {"width": 320, "height": 700}}), server.url, "A02", tmp_path)
    for address in ("accounts", "accounts/W01", "me", "me/factor"):
        small.page.goto(server.url + address)
        assert small.page.evaluate("document.documentElement.scrollWidth") <= 320, address


@pytest.mark.parametrize("look", ["large", "contrast"])
def test_large_type_and_high_contrast_have_no_finding(
    new_page: NewPage, server: Server, check_axe: CheckAxe, tmp_path: Path, look: str
):
    clerk = Clerk(new_page(), server.url, "W01", tmp_path)
    clerk.page.locator(f"button[name=look][value={look}]").click()
    expect(clerk.page.locator("html")).to_have_class(re.compile(f"yc-look-{look}"))
    for address in ("", "applications/new/I06", "cases"):
        clerk.page.goto(server.url + address)
        check_axe(clerk.page)


def test_nothing_runs_sideways_on_a_phone_or_in_large_type(
    new_page: NewPage, server: Server, tmp_path: Path, cases: dict[str, str]
):
    clerk = Clerk(new_page(**{**PHONE, "viewport": {"width": 320, "height": 700}}), server.url, "W01", tmp_path)
    case_no = accepted(clerk, cases)
    clerk.page.locator("button[name=look][value=large]").click()
    for address in [*OPEN_PAGES, *CLERK_PAGES, "applications/new/I02", f"cases/{case_no}"]:
        clerk.page.goto(server.url + address)
        wide = clerk.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{address} is {wide} pixels too wide"


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
