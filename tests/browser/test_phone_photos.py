"""A desk and a telephone side by side: a material is photographed during intake and seen in the case."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.engine.foundation.test_blobs_metadata import photograph
from tests.support.browser import NewPage, page_errors
from tests.support.clerk import PERSON, Clerk
from tests.support.server import Server

pytestmark = pytest.mark.both_editions


@pytest.fixture
def camera(tmp_path: Path) -> Callable[[int], Path]:
    """A function that takes a photograph, held as the number says."""

    def take(turn: int) -> Path:
        path = tmp_path / f"image{turn}.jpg"
        path.write_bytes(photograph(turn))
        return path

    return take


def start(clerk: Clerk) -> None:
    """Fill in an application for I06 and open a code for its first material."""
    clerk.page.goto(f"{clerk.url}/applications/new/I06")
    for name, value in PERSON.items():
        clerk.page.locator(f"#f-{name}").fill(value)
    clerk.page.get_by_role("button", name="用手机拍照").first.click()
    expect(clerk.page.locator(".yc-phone__code svg")).to_be_visible()


def scan(clerk: Clerk, phone: Page) -> None:
    token = clerk.page.locator("input[name='_phone']").get_attribute("value")
    phone.goto(f"{clerk.url}/p/{token}")
    expect(phone.get_by_role("heading", level=1)).to_have_text("拍照：居民身份证")


def send(phone: Page, field: str, *files: Path) -> None:
    phone.locator(field).set_input_files(files)
    phone.get_by_role("button", name="发送").click()


def test_a_material_is_photographed_at_intake_and_seen_in_the_case(
    new_page: NewPage, phone_page: Page, server: Server, tmp_path: Path, camera: Callable[[int], Path],
    check_axe: Callable[[Page], None],
) -> None:  # fmt: skip
    clerk = Clerk(new_page(), server.url, "W01", tmp_path)
    asked: list[str] = []
    clerk.page.on("request", lambda request: asked.append(request.url))
    start(clerk)
    expect(clerk.page.locator("#f-applicant_name")).to_have_value("王建国")
    expect(clerk.page.locator(".yc-phone")).to_be_in_viewport()
    scan(clerk, phone_page)
    send(phone_page, "#camera", camera(6), camera(3))
    expect(phone_page.locator(".yc-done")).to_have_text("已发送 2 个文件")

    # The desk's page shows them by itself, while the clerk goes on typing.
    clerk.page.locator("#f-note").fill("当面拍照")
    expect(clerk.page.locator(".yc-phone .yc-file")).to_have_count(2)
    expect(clerk.page.locator(".yc-phone img").first).to_be_visible()
    check_axe(clerk.page)
    check_axe(phone_page)

    phone_page.locator(".yc-sent__one", has_text="第 2 个").get_by_role("button", name="删除").click()
    expect(phone_page.locator(".yc-sent__one")).to_have_count(1)
    expect(clerk.page.locator(".yc-phone .yc-file")).to_have_count(1)
    # A choice that refreshes the fields leaves code and photographs where they are.
    clerk.page.get_by_label("复印件").first.check()
    expect(clerk.page.locator(".yc-phone__code svg")).to_be_visible()
    expect(clerk.page.locator("#f-note")).to_have_value("当面拍照")

    clerk.press("收下，放入本栏")
    expect(clerk.page.locator(".yc-kept")).to_contain_text("居民身份证 手机1.jpg")
    phone_page.reload()
    expect(phone_page.locator(".yc-sent")).to_contain_text("窗口已收下")
    clerk.press("收件并进入形式审查")
    expect(clerk.page.locator("aside .yc-papers a", has_text="居民身份证 手机1.jpg")).to_be_visible()
    clerk.see_case(clerk.case_no())
    expect(clerk.page.get_by_role("link", name="居民身份证 手机1.jpg", exact=True)).to_be_visible()

    phone_page.reload()
    expect(phone_page.get_by_role("heading", level=1)).to_have_text("请在窗口重新扫码")
    assert not [url for url in asked if "/p/" in url or "_phone" in url]
    assert page_errors(phone_page) == []


def test_without_javascript_the_desk_looks_and_takes_by_buttons(
    no_script_page: Page, new_page: NewPage, server: Server, tmp_path: Path, camera: Callable[[int], Path]
) -> None:
    clerk = Clerk(no_script_page, server.url, "W01", tmp_path)
    phone = new_page(java_script_enabled=False, viewport={"width": 390, "height": 844})
    start(clerk)
    scan(clerk, phone)
    send(phone, "#album", camera(8))
    expect(phone.locator(".yc-done")).to_have_text("已发送 1 个文件")
    clerk.press("查看已收到的照片")
    expect(clerk.page.locator(".yc-phone .yc-file")).to_have_count(1)
    clerk.press("收下，放入本栏")
    expect(clerk.page.locator(".yc-kept")).to_contain_text("居民身份证 手机1.jpg")
    expect(clerk.page.locator("#f-applicant_name")).to_have_value("王建国")
    clerk.press("收件并进入形式审查")
    expect(clerk.page.locator("aside .yc-papers")).to_contain_text("居民身份证 手机1.jpg")
