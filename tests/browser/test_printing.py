"""What people print: black on white, no menus, heads of tables on each page, no row cut, who printed and when."""

from __future__ import annotations

import io
import re

import pypdfium2
import pytest
from playwright.sync_api import Page

from tests.support.browser import NewPage
from tests.support.filled.inventory import Shown
from tests.support.filled.serving import FilledHall

PRINTED = (
    Shown("W01", "cases/{under review}"), Shown("D12", "cases/{archived firm}"), Shown("W01", "cases?all=1"),
    Shown("W01", "?box=role"), Shown("W01", "cases/{under review}/slip"), Shown("W01", "shift/day"),
    Shown("D31", "cases/{suspended}/clocks"),
    Shown("U81", "cases/{under review}/journal"), Shown("", "processes/one_window_main"), Shown("W01", "messages"),
    Shown("W01", "barrings"), Shown("", "guides/I02"), Shown("", "about/clauses"), Shown("", "about/errors"),
    Shown("S51", "supervision"), Shown("D11", "tasks/{task:under review:ut_substantive}"),
)  # fmt: skip
MENU = {"跳到正文", "退出", "查找（按", "返回办件", "返回待办", "显示", "办件进度查询"}
MILLIMETRE = 72 / 25.4
EDGE = 8 * MILLIMETRE


def printed(page: Page) -> pypdfium2.PdfDocument:
    """Return the page as a browser prints it on A4; close it after reading."""
    return pypdfium2.PdfDocument(io.BytesIO(page.pdf(prefer_css_page_size=True, format="A4")))


def words(paper: pypdfium2.PdfDocument) -> list[str]:
    return [re.sub(r"\s+", "\n", sheet.get_textpage().get_text_bounded()) for sheet in paper]


@pytest.mark.parametrize("shown", PRINTED, ids=lambda one: one.address or "inbox")
def test_a_printed_page_says_what_the_screen_says_without_its_menus(
    new_page: NewPage, filled: FilledHall, shown: Shown
) -> None:
    page = filled.sit(new_page(), shown.account)
    page.goto(shown.at(filled))
    heading = page.locator("h1").inner_text().split()[0]
    paper = printed(page)
    said = words(paper)
    whole = "\n".join(said)
    assert re.sub(r"\s", "", heading)[:8] in re.sub(r"\s", "", whole)
    assert not MENU & set(whole.split())
    assert "http" not in re.sub(r"http://127\.0\.0\.1:8000/progress|https?://www\.", "", whole), "addresses of links"
    first = re.sub(r"\s", "", said[0])
    assert re.search(r"\d{4}-\d\d-\d\d\d\d:\d\d打印", first)
    assert not shown.account or f"（{shown.account}）" in first
    assert inside(paper), "something stands outside the paper's margins"


def inside(paper: pypdfium2.PdfDocument) -> bool:
    """Tell whether every letter of every sheet stands inside the margins."""
    for sheet in paper:
        width, height = sheet.get_size()
        text = sheet.get_textpage()
        for number in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(number)
            if left < EDGE or right > width - EDGE or bottom < EDGE or top > height - EDGE:
                return False
    return True


def test_the_head_of_a_long_table_stands_on_each_sheet_and_no_row_is_cut(new_page: NewPage, filled: FilledHall) -> None:
    page = new_page()
    page.goto(f"{filled.url}about/clauses")
    rows = page.locator("tbody tr").count()
    said = words(printed(page))
    assert len(said) > 3
    assert all("编号\n条款\n内容\n程度\n落实" in sheet for sheet in said)
    assert sum(len(re.findall(r"^T\d{3}$", sheet, re.MULTILINE)) for sheet in said) == rows


def test_high_contrast_and_colours_print_black_on_white(new_page: NewPage, filled: FilledHall) -> None:
    for look in ("standard", "contrast", "large"):
        page = filled.sit(new_page(), "S51", look)
        page.goto(f"{filled.url}supervision")
        page.emulate_media(media="print")
        seen = page.evaluate(
            """() => ['h1', '.yc-due--late', '.yc-table td', 'main a', '.yc-tag'].map(one =>
                getComputedStyle(document.querySelector(one)).color)"""
        )
        assert set(seen) <= {"rgb(0, 0, 0)", "rgb(51, 51, 51)"}
        assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
