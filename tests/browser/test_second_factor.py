"""A second factor is enrolled and used by the keyboard alone, with the code an authenticator would show."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pyotp
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from engine.registry.identity.factor.rules import STEP_SECONDS
from tests.support.browser import NewPage
from tests.support.server import Server
from tests.yichuang.shell import real

CheckAxe = Callable[[Page], None]
INITIAL, CHOSEN = "Wenfeng-Ta-618", "Hongqi-Qu-1960"


@pytest.fixture
def head(server: Server, tmp_path: Path) -> str:
    """An account of a head of department, not of the demonstration, with an initial password."""
    made = real(
        tmp_path, "--data", str(server.data), "account", "create", "--account", "N12", "--name", "新负责人",
        "--role", "dept_head@market", stdin=INITIAL,
    )  # fmt: skip
    assert made.code == 0, made.err
    return "N12"


def type_sign_in(page: Page, server: Server, account: str, password: str) -> None:
    page.goto(f"{server.url}sign-in")
    expect(page.get_by_label("账号", exact=True)).to_be_focused()
    page.keyboard.type(account)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the field with this name has the focus."""
    for _ in range(40):
        if page.evaluate("document.activeElement && document.activeElement.name") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {name}")


def scanned(page: Page) -> pyotp.TOTP:
    """Return what an authenticator reads from the QR code on the screen."""
    picture = Image.open(io.BytesIO(page.locator(".yc-factor__code svg").screenshot()))
    [code] = zxingcpp.read_barcodes(picture)
    found = pyotp.parse_uri(code.text)
    assert isinstance(found, pyotp.TOTP)
    assert found.secret == page.locator(".yc-factor__key").inner_text().replace(" ", "").replace("\n", "")
    return found


def fresh_code(page: Page, totp: pyotp.TOTP, used: str) -> str:
    """Wait for a code that was not used yet and holds for a while."""
    for _ in range(4 * STEP_SECONDS):
        code = totp.now()
        if code != used:
            return code
        page.wait_for_timeout(500)
    raise AssertionError("the clock stands still")


def test_the_keyboard_alone_changes_the_password_enrols_and_signs_in_with_a_code(
    new_page: NewPage, server: Server, head: str, check_axe: CheckAxe
):
    page = new_page()
    type_sign_in(page, server, head, INITIAL)
    expect(page.get_by_role("heading", name="修改口令", level=1)).to_be_visible()
    check_axe(page)
    tab_to(page, "old")
    for text in (INITIAL, CHOSEN, CHOSEN):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="启用第二因素", level=1)).to_be_visible()
    check_axe(page)
    totp = scanned(page)
    used = totp.now()
    tab_to(page, "code")
    page.keyboard.type(used)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="第二因素已启用", level=1)).to_be_visible()
    expect(page.locator(".yc-recovery code")).to_have_count(10)
    check_axe(page)
    page.goto(f"{server.url}me/factor")
    check_axe(page)
    page.context.clear_cookies()
    type_sign_in(page, server, head, CHOSEN)
    expect(page.get_by_label("验证码", exact=True)).to_be_focused()
    check_axe(page)
    page.keyboard.type(fresh_code(page, totp, used))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="待办", level=1)).to_be_visible()


def test_without_scripts_it_is_enrolled_too(no_script_page: Page, server: Server):
    page = no_script_page
    page.goto(f"{server.url}sign-in")
    page.get_by_label("账号", exact=True).fill("D42")
    page.get_by_label("口令", exact=True).fill("Anyang-2026")
    page.get_by_role("button", name="登录").click()
    page.goto(f"{server.url}me/factor")
    page.get_by_label("验证码", exact=True).fill(scanned(page).now())
    page.get_by_role("button", name="启用").click()
    expect(page.get_by_role("heading", name="第二因素已启用", level=1)).to_be_visible()
