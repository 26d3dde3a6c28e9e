"""Every request has an id and a line in the log; what a page says of a failure and what the log says go together."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from engine.foundation.logs import JsonLines
from tests.support.house import PERSON
from tests.support.site import Site
from web.security import public
from web.watching import HEADER


@dataclass
class Heard:
    """What was written to the log."""

    stream: io.StringIO

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    @property
    def last(self) -> dict[str, Any]:
        """The last line about a request."""
        return [line for line in self.lines if line["logger"] == "yichuang.access"][-1]


@pytest.fixture
def heard() -> Iterator[Heard]:
    """The log as production writes it."""
    found = Heard(io.StringIO())
    handler, root = logging.StreamHandler(found.stream), logging.getLogger()
    handler.setFormatter(JsonLines())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield found
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_request_has_an_id_in_its_answer_and_in_its_line(site: Site, heard: Heard):
    page = site.visitor("W01").open("/cases?q=410502199003070010")
    line = heard.last
    assert line["request_id"] == page.headers[HEADER]
    assert (line["method"], line["path"], line["status"], line["account"]) == ("GET", "/cases", 200, "W01")
    assert line["network"] == "127.0.*.*"
    assert "19900307" not in heard.stream.getvalue()


def test_an_id_that_anybody_sends_is_not_taken(site: Site):
    page = site.visitor().client.get("/healthz", headers={HEADER: "chosen-by-a-stranger"})
    assert page.headers[HEADER] != "chosen-by-a-stranger"


def test_a_line_about_an_act_names_command_key_and_case(site: Site, heard: Heard):
    case_no = site.house.receive("W01", "I06", PERSON)
    visitor = site.visitor("W01")
    visitor.open(f"/cases/{case_no}")
    assert heard.last["root"] == f"case:{case_no}"
    task = site.house.task(case_no, "ut_formal")
    visitor.open(f"/tasks/{task.id}").form().press("draft")
    commands = [line for line in heard.lines if line.get("command")]
    assert commands
    assert {line["account"] for line in commands} == {"W01"}
    assert all(line["key"] for line in commands)


@pytest.mark.parametrize("path", ["/p/SECRETsecretSECRET", "/e/SECRETsecretSECRET", "/verify/SECRET", "/x/SECRET"])
def test_an_address_that_is_a_right_is_not_written_down(site: Site, heard: Heard, path: str):
    site.visitor().open(path)
    assert "SECRET" not in heard.stream.getvalue()
    assert heard.last["path"].endswith("…")


def test_a_page_that_says_something_failed_shows_the_id_of_its_lines(site: Site, heard: Heard):
    site.app.add_url_rule("/broken", "broken", _broken)
    page = site.visitor("W01").open("/broken")
    assert page.status == 500
    assert f"请求编号 {page.headers[HEADER]}" in page.main
    faults = [line for line in heard.lines if line["level"] == "ERROR"]
    assert [line["request_id"] for line in faults] == [page.headers[HEADER]]
    assert "13800001234" not in heard.stream.getvalue()
    missing = site.visitor("W01").open("/nowhere")
    assert missing.headers[HEADER] in missing.main


@public
def _broken() -> str:
    raise RuntimeError("no such 13800001234")
