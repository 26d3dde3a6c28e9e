"""办理统计 in a browser: chosen by keys, read beside the drawing and without it, carried away, printed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.support.filled.serving import FilledHall


def test_the_auditor_chooses_an_item_reads_the_map_follows_a_way_and_takes_a_table(
    filled: FilledHall, page: Page, check_axe: Callable[[Page], None], tmp_path: Path
) -> None:
    filled.sit(page, "U81")
    page.goto(f"{filled.url}audit")
    page.get_by_role("link", name="办理统计").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("办理统计")
    expect(page.locator("#map svg g")).to_have_count(0)
    check_axe(page)
    page.locator("#item").select_option("I02")
    page.get_by_role("button", name="查看", exact=True).press("Enter")
    expect(page.locator("#map-title")).to_contain_text("热力图")
    drawing = page.locator("#map .yc-diagram__box")
    expect(drawing).to_be_visible()
    # The number stands in the drawing and, the same, in the table.
    row = page.locator("#map table tbody tr").filter(has_text="登记收件，录入综合受理系统")
    times = row.locator("td").nth(1).inner_text()
    assert f"{times} 次" in str(drawing.text_content())
    page.get_by_role("link", name="按合计等候").click()
    expect(page.get_by_role("link", name="按合计等候")).to_have_attribute("aria-current", "true")
    check_axe(page)
    page.locator("#ways tbody a").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("一种走法")
    check_axe(page)
    page.get_by_role("link", name="返回办理统计").click()
    expect(page.locator("#map-title")).to_contain_text("热力图")
    with page.expect_download() as coming:
        page.locator("#ways").get_by_role("link", name="下载 CSV").click()
    coming.value.save_as(tmp_path / "ways.csv")
    assert "走法,件数,占比" in (tmp_path / "ways.csv").read_text("utf-8-sig")


def test_it_is_whole_without_a_script_on_a_telephone(filled: FilledHall, no_script_page: Page) -> None:
    page = no_script_page
    filled.sit(page, "D12")
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{filled.url}audit/figures?item=I02")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.get_by_label("承办部门")).to_have_value("")
    assert page.locator("#department option").count() == 2, "a head chooses the own department only"
    expect(page.locator("#map table")).to_be_visible()


def test_on_paper_there_is_the_drawing_with_its_numbers_and_nothing_to_press(filled: FilledHall, page: Page) -> None:
    filled.sit(page, "U81")
    page.goto(f"{filled.url}audit/figures?item=I02")
    page.emulate_media(media="print")
    expect(page.locator("#map svg").first).to_be_visible()
    expect(page.locator(".yc-search")).to_be_hidden()
    expect(page.get_by_role("link", name="下载 CSV").first).to_be_hidden()
