"""The browser fixtures themselves: a Chinese clerk, and no error that goes unseen."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import NewPage, page_errors


def document(body: str, head: str = "<title>测试</title>") -> str:
    html = f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'
    return "data:text/html;charset=utf-8," + quote(html)


def test_the_page_belongs_to_a_clerk_in_the_city(page: Page) -> None:
    page.goto(document("<main><h1>一窗通</h1></main>"))

    expect(page.get_by_role("heading")).to_have_text("一窗通")
    assert page.evaluate("navigator.language") == "zh-CN"
    assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Asia/Shanghai"
    assert page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")


def test_two_pages_are_two_persons_on_their_own_screens(new_page: NewPage, phone_page: Page) -> None:
    clerk = new_page()

    assert clerk.context is not phone_page.context
    assert clerk.evaluate("screen.width") == 1280
    assert phone_page.evaluate("screen.width") == 390


def test_without_script_nothing_of_the_page_s_script_runs(no_script_page: Page) -> None:
    no_script_page.goto(document("<p>旧</p><script>document.querySelector('p').textContent = '新'</script>"))

    expect(no_script_page.locator("p")).to_have_text("旧")


@pytest.mark.console_errors_expected
@pytest.mark.parametrize(
    "script, seen",
    [
        ("throw new Error('坏了')", "exception: 坏了"),
        ("console.error('不好')", "console: 不好"),
        ("fetch('http://192.0.2.1/x').catch(() => 0)", "foreign: http://192.0.2.1/x"),
    ],
)
def test_an_error_of_the_page_is_seen(page: Page, script: str, seen: str) -> None:
    page.goto(document(f"<script>{script}</script>"))
    page.wait_for_timeout(100)

    assert seen in page_errors(page)


def test_axe_passes_a_sound_page_and_names_what_is_wrong_with_another(
    page: Page, check_axe: Callable[[Page], None]
) -> None:
    page.goto(document("<main><h1>一窗通</h1><label>姓名<input></label></main>"))
    check_axe(page)

    page.goto(document("<main><h1>一窗通</h1><input></main>"))
    with pytest.raises(AssertionError, match="label"):
        check_axe(page)
