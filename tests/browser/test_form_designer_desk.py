"""Around the form: our own properties by name, and a form that may only be read."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.test_designer_drawing import desk
from tests.support.browser import NewPage
from tests.support.designer import draw, serving
from tests.support.form_designer import FormOffice

SELECT = "desk.drawing.go(desk.drawing.all().find((each) => each.key === given));"
FIELD = "return desk.drawing.all().find((each) => each.key === given).properties ?? null;"


def test_our_properties_are_chosen_by_name_kept_and_taken_away(new_page: NewPage) -> None:
    page = new_page(viewport={"width": 1440, "height": 1000})
    with serving(FormOffice("application")) as address:
        draw(page, address)
        desk(page, SELECT, "applicant_name")
        page.locator("[data-group-id='group-yc-house'] .bio-properties-panel-group-header").click()
        page.locator("[data-entry-id='yc-width'] select").select_option(label="窄")
        assert desk(page, FIELD, "applicant_name") == {"width": "narrow"}
        page.locator("[data-entry-id='yc-message'] input").fill("请核对姓名")
        page.locator("[data-entry-id='yc-message'] input").press("Tab")
        assert desk(page, FIELD, "applicant_name") == {"width": "narrow", "message": "请核对姓名"}
        page.locator("[data-entry-id='yc-width'] select").select_option("")
        page.locator("[data-entry-id='yc-message'] input").fill("")
        page.locator("[data-entry-id='yc-message'] input").press("Tab")
        assert desk(page, FIELD, "applicant_name") is None


@pytest.mark.parametrize("name", ["decide", "application"])
def test_a_form_that_may_only_be_read_shows_its_preview_and_writes_nothing(new_page: NewPage, name: str) -> None:
    page, office = new_page(), FormOffice(name)
    office.may_write = False
    with serving(office) as address:
        draw(page, address)
        expect(page.locator("#yc-save-state")).to_have_text("只能看")
        expect(page.locator("#yc-canvas")).to_have_count(0)
        expect(page.locator("#yc-preview-fields .yc-field").first).to_be_visible()
        page.get_by_role("tab", name="清单").click()
        page.locator(".yc-outline__go").first.click()
        assert json.loads(desk(page, "return desk.read();")) == json.loads(office.text)
        assert office.saved == []
