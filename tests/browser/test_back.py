"""Back to a page that a form's errors made: Chromium can only show it by sending the form again, which does no harm."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Error, Page, expect

from tests.support.browser import NewPage
from tests.support.clerk import PERSON, Clerk
from tests.support.filled.serving import FilledHall
from tests.support.house import House

WRONG = "123"


def application(page: Page, hall: FilledHall) -> None:
    """Hand in an application with a wrong number, and see it come back."""
    page.goto(f"{hall.url}applications/new/I06")
    for name, value in {**PERSON, "id_no": WRONG}.items():
        page.locator(f"#f-{name}").fill(value)
    page.get_by_role("button", name="收件并进入形式审查").click()
    expect(page.locator(".yc-errors")).to_be_visible()
    kept(page)


def kept(page: Page) -> None:
    """See that everything typed stands on the page."""
    for name, value in {**PERSON, "id_no": WRONG}.items():
        expect(page.locator(f"#f-{name}")).to_have_value(value)


def back_and_send_again(page: Page) -> None:
    """Go back to a page that was the answer to a form, and agree to send the form again, as Chromium asks."""
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_back()
    expect(page).to_have_url(re.compile("^chrome-error:"))
    page.reload()


def forward_and_send_again(page: Page) -> None:
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        page.go_forward()
    expect(page).to_have_url(re.compile("^chrome-error:"))
    page.reload()


def cases(house: House) -> int:
    with house.door.database.reading() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM case_file").scalar_one())


@pytest.mark.console_errors_expected
def test_an_application_sent_again_from_its_page_of_errors_leads_to_the_case_that_was_made(
    new_page: NewPage, filled: FilledHall
) -> None:
    page = filled.sit(new_page(), "W01")
    before = cases(filled.house)
    application(page, filled)
    page.locator("#f-id_no").fill(PERSON["id_no"])
    page.get_by_role("button", name="收件并进入形式审查").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("形式审查")
    task = page.url

    back_and_send_again(page)

    expect(page).to_have_url(task)
    assert cases(filled.house) == before + 1
    assert filled.house.violations() == []


@pytest.mark.console_errors_expected
@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without scripts"])
def test_whoever_leaves_a_page_of_errors_is_asked_and_finds_the_input_again(
    new_page: NewPage, filled: FilledHall, script: bool
) -> None:
    page = filled.sit(new_page(java_script_enabled=script), "W01")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    before = cases(filled.house)
    page.goto(filled.url)
    application(page, filled)

    page.on("dialog", leave)
    page.go_back()
    expect(page.locator(".yc-errors")).to_have_count(0)
    assert asked == (["beforeunload"] if script else [])
    forward_and_send_again(page)

    expect(page.locator(".yc-errors")).to_be_visible()
    kept(page)
    assert cases(filled.house) == before


@pytest.mark.console_errors_expected
def test_a_task_sent_again_from_its_page_of_errors_is_done_once_and_shows_what_was_typed(
    new_page: NewPage, filled: FilledHall, tmp_path: Path
) -> None:
    # Without scripts: where one has refreshed a part of the page, Chromium goes back to the plain address instead.
    page = filled.sit(new_page(java_script_enabled=False), "W01")
    clerk = Clerk(page, filled.url, "W01", tmp_path, signed_in=True)
    page.goto(f"{filled.url}tasks/{filled.task('formal', 'ut_formal')}")
    page.get_by_role("button", name="签收").click()
    task = page.url
    clerk.fill("opinion", "材料齐全")
    clerk.press("提交")
    expect(page.locator(".yc-errors")).to_be_visible()
    clerk.choose("formal_result", "accept")
    clerk.press("提交")
    expect(page).not_to_have_url(task)
    lines = len(filled.house.journal(f"case:{filled.at['formal']}"))

    back_and_send_again(page)

    expect(page.locator(".yc-errors")).to_contain_text("无需重复办理")
    expect(page.locator("main")).to_contain_text("您填写的内容保留在上方")
    expect(clerk.field("opinion")).to_have_value("材料齐全")
    assert len(filled.house.journal(f"case:{filled.at['formal']}")) == lines
    assert filled.house.violations() == []
