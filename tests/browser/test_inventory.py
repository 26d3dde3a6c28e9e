"""Every page of the product, as the people of a filled house open it: accessible, whole, and nothing sideways.

Each page is looked at in one of the three looks, chosen by its address; all looks of all pages in the full size.  The
small size looks at half of the pages, by turns.
"""

from __future__ import annotations

import zlib
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support.browser import NewPage, findings
from tests.support.filled.inventory import PAGES, PARTS, Shown
from tests.support.filled.serving import FilledHall
from tests.support.size import FULL, SMALL, TURN

LOOKS = ("standard", "large", "contrast")
PARTS_OF_THE_INVENTORY = 8
NARROW = {"width": 320, "height": 700}
WIDE = {"width": 1280, "height": 900}

_FRAME = """() => ({
    h1: [...document.querySelectorAll('h1')].filter(one => one.offsetParent).map(one => one.textContent.trim()),
    title: document.title,
    lang: document.documentElement.lang,
    landmarks: ['body > header', 'main', 'body > footer'].map(one => document.querySelectorAll(one).length),
    sheets: document.styleSheets.length,
})"""
_SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
_LARGER = "() => { document.documentElement.style.fontSize = '150%' }"
_OPEN = "() => { for (const one of document.querySelectorAll('details')) one.open = true }"


def looks_of(shown: Shown) -> tuple[str, ...]:
    """Return the looks in which a page is checked: one by its address, all of them in the full size."""
    return LOOKS if FULL else (LOOKS[zlib.crc32(shown.address.encode()) % len(LOOKS)],)


def part(number: int) -> list[Shown]:
    """Return a part of the inventory: each endpoint stands in one part."""
    endpoints = [one for index, one in enumerate(sorted(PAGES)) if index % PARTS_OF_THE_INVENTORY == number]
    return [one for endpoint in endpoints if endpoint not in PARTS for one in PAGES[endpoint]]


@pytest.mark.parametrize("number", [one for one in range(PARTS_OF_THE_INVENTORY) if not SMALL or one % 2 == TURN % 2])
def test_every_page_is_accessible_and_fits_a_small_screen(new_page: NewPage, filled: FilledHall, number: int) -> None:
    page = new_page()
    problems: list[str] = []
    for shown in part(number):
        for look in looks_of(shown):
            filled.sit(page, shown.account, look)
            problems += [f"{shown.account or 'a stranger'} at {shown.address} ({look}): {one}"
                         for one in problems_of(page, filled, shown)]  # fmt: skip
    assert not problems, "\n".join(problems)


def problems_of(page: Page, hall: FilledHall, shown: Shown) -> list[str]:
    """Open a page, wide and narrow; return what is wrong with it."""
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]  # a plain dict is a size
    answer = page.goto(shown.at(hall))
    assert answer is not None
    found = [] if answer.status == shown.status else [f"answers {answer.status}"]
    page.evaluate(_OPEN)
    found += frame_problems(seen(page)) + findings(page)
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]  # a plain dict is a size
    page.evaluate(_LARGER)
    wide = page.evaluate(_SIDEWAYS)
    return found + ([f"{wide} pixels too wide at 320 pixels and 150 %"] if wide > 0 else [])


def seen(page: Page) -> dict[str, Any]:
    """Return what a page's frame is made of."""
    found: dict[str, Any] = page.evaluate(_FRAME)
    return found


def frame_problems(seen: dict[str, Any]) -> list[str]:
    """Return what is wrong with a page's frame: one heading, a speaking title, its landmarks, its language."""
    found = []
    if len(seen["h1"]) != 1 or not seen["h1"][0]:
        found.append(f"its h1 are {seen['h1']}")
    if not seen["title"].endswith(" - 一窗通") or len(seen["title"]) < len("甲乙 - 一窗通"):
        found.append(f"its title is {seen['title']!r}")
    if seen["landmarks"] != [1, 1, 1] or seen["lang"] != "zh-CN" or not seen["sheets"]:
        found.append(f"its frame is {seen}")
    return found


@pytest.mark.parametrize(
    "changed",
    [{"h1": []}, {"h1": ["一", "二"]}, {"h1": [""]}, {"title": " - 一窗通"}, {"title": "办件"}, {"lang": "en"},
     {"landmarks": [1, 2, 1]}, {"sheets": 0}],
)  # fmt: skip
def test_a_page_without_heading_title_or_frame_is_caught(changed: dict[str, Any]) -> None:
    whole = {"h1": ["办件"], "title": "办件 - 一窗通", "lang": "zh-CN", "landmarks": [1, 1, 1], "sheets": 7}
    assert frame_problems(whole) == []
    assert frame_problems({**whole, **changed})
