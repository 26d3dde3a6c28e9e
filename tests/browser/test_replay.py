"""The auditor's player: by key, by slider, by itself, back to a moment by its address, and whole without a script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.filled.serving import FilledHall


def address(filled: FilledHall, at: int | str = 1) -> str:
    return f"{filled.url}cases/{filled.at['under review']}/replay?at={at}"


@pytest.fixture
def player(filled: FilledHall, page: Page) -> Page:
    """The player at the first act."""
    filled.sit(page, "U81")
    page.goto(address(filled))
    expect(page.locator("html[data-replay=ready]")).to_be_attached()
    return page


def heading(page: Page, number: int, total: int, *, within: float = 15_000) -> None:
    told = f"第 {number} 步，共 {total} 步"
    expect(page.locator("#moment-title")).to_contain_text(told, timeout=within)


def test_keys_slider_and_the_list_lead_to_the_same_moments(player: Page, check_axe: Callable[[Page], None]):
    total = player.locator("[data-at]").count() - 1
    assert total > 3
    heading(player, 1, total)
    player.keyboard.press("ArrowRight")
    heading(player, 2, total)
    second = player.url
    player.keyboard.press("End")
    heading(player, total, total)
    expect(player.get_by_role("status")).to_contain_text(f"第 {total} 步")
    player.keyboard.press("ArrowRight")
    heading(player, total, total)
    player.keyboard.press("Home")
    heading(player, 1, total)
    slider = player.locator("[data-slider]")
    slider.focus()
    slider.press("ArrowRight")
    heading(player, 2, total)
    assert player.url == second
    player.locator("[data-acts] a").nth(2).click()
    heading(player, 3, total)
    expect(player.locator("[data-acts] [aria-current=step]")).to_have_count(1)
    check_axe(player)
    # The address is the moment: whoever opens it stands there.
    player.goto(second)
    heading(player, 2, total)


def test_it_plays_by_itself_to_the_end_and_stops_when_somebody_steps(player: Page):
    total = player.locator("[data-acts] a").count()
    player.locator("[data-speed] select").select_option("0.5")
    player.locator("[data-play]").click()
    expect(player.locator("[data-play]")).to_have_text("暂停")
    heading(player, 3, total)
    player.locator("[data-go=back]").click()
    expect(player.locator("[data-play]")).to_have_text("播放")
    # From the end it begins again, and goes on until it is there.
    player.locator("[data-go=last]").click()
    heading(player, total, total)
    player.locator("[data-play]").click()
    heading(player, 2, total)
    heading(player, total, total, within=120_000)
    expect(player.locator("[data-play]")).to_have_text("播放")


def test_the_size_of_the_drawing_stays_while_stepping(player: Page):
    player.get_by_text("全图", exact=True).click()
    player.keyboard.press("End")
    expect(player.locator(".yc-diagram__pick:checked")).to_have_value("fit")


def test_without_a_script_the_links_do_the_same(filled: FilledHall, no_script_page: Page):
    page = filled.sit(no_script_page, "U81")
    page.goto(address(filled))
    total = page.locator("[data-acts] a").count()
    heading(page, 1, total)
    expect(page.locator("[data-play]")).to_be_hidden()
    page.get_by_role("link", name="下一步").click()
    heading(page, 2, total)
    page.get_by_role("link", name="到最后").click()
    heading(page, total, total)
    page.get_by_role("link", name="到开头").click()
    heading(page, 1, total)
