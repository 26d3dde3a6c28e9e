"""出错说明: every refusal can be looked up, with its sentence, its status and where the API answers with it."""

from __future__ import annotations

import json
import subprocess
import sys

from engine.foundation.errors import Refusal
from engine.process.tasks.rules import TaskHeld
from tests.house.test_refusals import coded_errors
from tests.support.server import ROOT
from tests.support.site import Site
from web import errorbook
from web.errors import status_of_kind

_LOADED = """
import json, yichuang.house, web.app
from web.errorbook import entries
print(json.dumps([one.code for one in entries()]))
"""


def test_every_refusal_of_the_engine_and_the_pages_is_known_to_a_house_that_just_started():
    told = subprocess.run([sys.executable, "-c", _LOADED], cwd=ROOT, capture_output=True, check=True, text=True)
    written = {
        kind.code for kind in coded_errors() if issubclass(kind, Refusal) and not kind.__module__.startswith("yichuang")
    }  # fmt: skip
    assert set(json.loads(told.stdout)) == written


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
