"""An item of a draft as a form: what is typed is saved with its mistakes, told, compared and merged (5.2.2, 4.2.3)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from processes import library
from processes.items import load
from tests.support.drafting import SECOND, file, save, start, take
from tests.support.site import Site

PAGE = "/designer/drafts/d-1/items/I13"
TEXT = "/designer/drafts/d-1/files/item/I13?text=1"


def shipped() -> str:
    return (Path(library.__file__).parent / "items" / "I13.json").read_text("utf-8")


@pytest.fixture
def draft(site: Site) -> str:
    """A draft that has taken I13 in as it is in force."""
    id = start(site.house)
    take(site.house, id, "item", "I13")
    return id


def kept(site: Site, draft: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file(site.house, draft, "item", "I13").content)
    return found


def test_the_page_of_an_item_is_its_form_and_the_text_is_one_link_away(site: Site, draft: str):
    page = site.visitor("P61").open("/designer/drafts/d-1/files/item/I13")
    assert page.address == PAGE
    assert "已保存的一版各项要素齐全" in page.main
    assert "关键路径" in page.main
    assert TEXT in [link.get("href") for link in page.all("main a")]
    assert "文件原文" in page.visitor.open(TEXT).main


def test_saving_the_untouched_form_changes_nothing_that_the_item_says(site: Site, draft: str):
    before = kept(site, draft)
    page = site.visitor("P61").open(PAGE).form(PAGE).press("save")
    assert page.status == 200
    assert load(json.dumps(kept(site, draft))) == load(json.dumps(before))


def test_a_changed_figure_is_saved_as_the_next_version(site: Site, draft: str):
    page = site.visitor("P61").open(PAGE).form(PAGE).set(visits_limit="2", remedy="可以依法申请行政复议").press("save")
    assert "已保存为第 2 版。" in page.main
    assert (kept(site, draft)["visits_limit"], kept(site, draft)["guide"]["remedy"]) == (2, "可以依法申请行政复议")
    again = page.form(PAGE).set(visits_limit="1").press("save")
    assert "已保存为第 3 版。" in again.main, "a page that told of a saving is another filling"


def test_T057_what_the_guide_lacks_is_saved_and_told_and_stands_in_the_way_of_review(site: Site, draft: str):
    page = site.visitor("P61").open(PAGE).form(PAGE).set(complaint_phone="").press("save")
    assert "还有 1 处须改正，改正前不能送审" in page.main
    assert "缺监督投诉渠道" in page.words(".yc-elements")
    assert file(site.house, draft, "item", "I13").version == 2
    assert "有 1 处错误，改正后才能送审" in page.visitor.open("/designer/drafts/d-1").main


def test_a_mistyped_number_stays_in_the_page_and_in_the_file(site: Site, draft: str):
    page = site.visitor("P61").open(PAGE).form(PAGE).set(promise_days="十天").press("save")
    assert page.status == 200
    assert page.form(PAGE).values["promise_days"] == "十天"
    assert "promise.days" in page.main


def test_rows_are_added_and_deleted_without_a_script(site: Site, draft: str):
    page = site.visitor("P61").open(PAGE).form(PAGE).press("add:questions")
    assert "questions[0].text" in page.form(PAGE).values
    saved = page.form(PAGE).set(**{"questions[0].text": "可以代办吗？可以。"}).press("save")
    assert kept(site, draft)["guide"]["questions"] == ["可以代办吗？可以。"]
    gone = saved.form(PAGE).press("del:questions:0").form(PAGE).press("save")
    assert "已保存" in gone.main
    assert kept(site, draft)["guide"]["questions"] == []


def test_who_saves_over_another_sees_both_and_loses_nothing(site: Site, draft: str):
    late = site.visitor("P61").open(PAGE).form(PAGE)
    save(site.house, draft, "item", "I13", shipped().replace('"visits_limit": 1', '"visits_limit": 3'), SECOND)
    page = late.set(remedy="可以申请行政复议").press("save")
    assert page.status == 409
    assert "流程设计师二" in page.words(".yc-errors")
    assert "可以申请行政复议" in str(page.form("/designer/drafts/d-1/files/item/I13").values["text"])
    assert kept(site, draft)["visits_limit"] == 3


def test_what_is_not_there_is_not_found(site: Site, draft: str):
    assert site.visitor("P61").open("/designer/drafts/d-1/items/I99").status == 404
    assert site.visitor("P61").open("/designer/drafts/d-9/items/I13").status == 404


def test_who_is_no_designer_sees_no_item_of_a_draft(site: Site, draft: str):
    for account in ("W01", "U81", "D11"):
        assert site.visitor(account).open(PAGE).status == 403
