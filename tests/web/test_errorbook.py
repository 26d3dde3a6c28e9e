"""出错说明: every coded error can be looked up, with its sentence, its status and where the API answers with it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from engine.process.tasks.rules import TaskHeld
from tests.house.test_refusals import coded_errors
from tests.support.house import House
from tests.support.server import ROOT
from tests.support.site import Site, Visitor
from web import errorbook
from web.errors import status_of_kind
from web.metrics import Figures
from yichuang.hosting.application import application

_LOADED = """
import json, yichuang.hosting.application
from web.errorbook import entries
from yichuang.told import told_outside
print(json.dumps([one.code for one in entries(told_outside)]))
"""


@pytest.fixture
def served(sqlite_house: House) -> Visitor:
    """A browser before the application as every edition serves it, which knows what is refused outside the pages."""
    return Visitor(application(sqlite_house.door, sqlite_house.settings, Figures()).test_client(), "http://localhost")


def listed(visitor: Visitor, asked: str) -> list[str]:
    """Return the codes that the page shows for ``asked``."""
    return visitor.open(f"/about/errors?q={asked}").each("tbody th")


def test_every_coded_error_of_the_product_is_known_to_a_house_that_just_started():
    told = subprocess.run([sys.executable, "-c", _LOADED], cwd=ROOT, capture_output=True, check=True, text=True)
    assert sorted(json.loads(told.stdout)) == sorted(errorbook.code_of(kind) for kind in coded_errors())


def test_the_served_page_lists_every_one_of_them_and_what_is_told_outside_in_a_section_of_its_own(served: Visitor):
    page = served.open("/about/errors")
    assert sorted(page.each("tbody th")) == sorted(errorbook.code_of(kind) for kind in coded_errors())
    assert page.each("h2")[-1] == errorbook.OUTSIDE
    for code in ("ROW_ACT_UNKNOWN", "BAD_DATE", "EXPRESSION_REFUSED", "ITEM_REFUSED", "PORT_TAKEN", "BACKUP_DAMAGED"):
        assert listed(served, code.lower()) == [code]


def test_a_page_that_cannot_read_a_form_links_to_an_entry_that_is_there(site: Site):
    window = site.visitor("W01")
    form = window.open("/applications/new/I02").form("/applications/new")
    page = form.press("nonsense")
    assert page.status == 422
    [link] = [one.get("href") for one in page.all("main a") if "errors" in one.get("href")]
    assert window.open(link).each("tbody th") == ["ROW_ACT_UNKNOWN"]


def test_an_entry_says_the_sentence_the_status_and_where_it_comes_from():
    [held] = [one for one in errorbook.entries() if one.code == TaskHeld.code]
    assert (held.status, held.room) == (status_of_kind(TaskHeld), "待办")
    assert "{" not in "".join(one.sentence for one in errorbook.entries())
    assert held.asked and all(held.asked)
    assert {one.status for one in errorbook.entries()} <= errorbook.WAYS.keys()


def test_the_page_is_open_to_all_and_finds_codes_and_words(site: Site):
    page = site.visitor().open("/about/errors")
    assert page.status == 200
    assert f"共 {len(errorbook.entries())} 个代码" in page.main
    assert site.visitor().open(f"/about/errors?q={TaskHeld.code.lower()}").each("tbody th") == [TaskHeld.code]
    assert "没有符合的代码" in site.visitor().open("/about/errors?q=没有这个代码").main


def test_a_failure_leads_to_its_entry(site: Site):
    page = site.visitor("W01").open("/cases/1")
    [link] = [one.get("href") for one in page.all("main a") if "errors" in one.get("href")]
    assert page.visitor.open(link).each("tbody th") == ["CASE_MISSING"]
