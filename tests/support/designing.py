"""A process designer at a browser: a draft is begun, a file is taken into it, its editor opens."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.support.browser import NewPage
from tests.support.clerk import Clerk

READY = "#yc-designer[data-ready=yes]"
"""The editor, once it can be used."""


def begin(page: Page, url: str, title: str, reason: str, query: str = "") -> None:
    """Begin a draft at the server ``url``; ``query`` names the file that it is begun for, as a list's link does."""
    page.goto(f"{url}designer/drafts/new{query}")
    page.get_by_label("名称", exact=True).fill(title)
    page.get_by_label("理由", exact=True).fill(reason)
    page.get_by_role("button", name="起草").click()


def take(page: Page, kind: str, name: str) -> None:
    """Take the published file for which the draft was begun into it."""
    expect(page.get_by_label("现行的文件")).to_have_value(f"{kind}/{name}")
    page.get_by_role("button", name="取入").click()
    expect(page.locator(READY)).to_have_count(1)


def editor_of(new_page: NewPage, url: str, files: Path, kind: str, name: str, title: str) -> Page:
    """Return the editor on a published file, in a draft of P61's own."""
    page = Clerk(new_page(viewport={"width": 1440, "height": 1000}), url, "P61", files).page
    begin(page, url, title, "按新修订的办法调整", f"?kind={kind}&name={name}")
    take(page, kind, name)
    return page
