"""An asked department learns of no material but its own: every page and every operation of a joint case (6.1.6, T077).

The walk knows no page by name: it opens every route that the product has, filled with whatever the case has, and
follows what it finds there.  So a page that is new tomorrow is walked over as well.
"""

from __future__ import annotations

import html
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote, urlsplit

import pypdfium2
import pytest
from werkzeug.routing import Rule

from engine.casework.cases.sharing.rules import COVERED
from engine.foundation.blobs.queries import usable_uploads
from engine.process.tasks.queries import tasks_of
from engine.registry.identity.rules import SYSTEM
from tests.support.busy_joint import KITCHEN, OWN, SIGN_DRAWING, busy_case, finished, foreign_names
from tests.support.house import House
from tests.support.joint import account_of, head_of
from tests.support.site import Site
from tests.web.api.client import Api
from web.acts import ACTS
from web.api import DOCUMENT

PUBLIC = ("guides", "items", "processes", "sign-out", "static")
"""First parts of addresses that tell everybody what an item needs in general, or that end the walk."""

ONE, TWO = account_of("fire", 1), head_of("fire")



def values_of(house: House, case_no: str) -> dict[str, list[str]]:
    """Return by the name of a route's place what the case has to fill it."""
    root = f"case:{case_no}"
    with house.door.read(SYSTEM) as view:
        tasks = [one.id for one in tasks_of(view.connection, root)]
        digests = list(usable_uploads(view.connection, "", root))
    documents = [one.id for one in house.documents(case_no)]
    acts = ["minutes", "answer", "findings", "people", "move", "cancel", *ACTS]
    return {
        "case_no": [case_no], "digest": digests, "id": [*documents, *tasks], "task_id": tasks,
        "document_id": documents, "act": acts, "word": acts, "number": ["1", "2"], "clock_id": ["branch", "statutory"],
    }  # fmt: skip


def filled(rule: str, places: Iterable[str], values: Mapping[str, list[str]], marks: str) -> Iterator[str]:
    """Yield the addresses of a route, each place filled in every way; ``marks`` are what stands around a place."""
    names = sorted(places)
    for chosen in itertools.product(*(values.get(name, ["1"]) for name in names)):
        told = rule
        for name, value in zip(names, chosen, strict=True):
            for kind in ("", "int:", "path:"):
                told = told.replace(f"{marks[0]}{kind}{name}{marks[1]}", value)
        yield told


def text_of(body: bytes, kind: str) -> str:
    """Return what a person or a program reads in an answer."""
    if kind == "application/pdf" and b"1 0 obj<<>>endobj" not in body:
        pages = pypdfium2.PdfDocument(body)
        return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in pages)
    told = body.decode("utf-8", "replace")
    return json.dumps(json.loads(told), ensure_ascii=False) if "json" in kind else html.unescape(told)


def pages_of(site: Site, account: str, case_no: str) -> dict[str, tuple[int, str]]:
    """Open every page as ``account`` and follow its links; return status and text by address."""
    client = site.visitor(account).client
    values = values_of(site.house, case_no)
    rules: list[Rule] = [one for one in site.app.url_map.iter_rules() if "GET" in (one.methods or ())]
    ahead = [
        address
        for one in rules
        if not one.endpoint.startswith(("api.", "static"))
        for address in filled(one.rule, one.arguments, values, "<>")
    ]
    found: dict[str, tuple[int, str]] = {}
    while ahead:
        address = ahead.pop()
        if address in found or address.strip("/").partition("/")[0].partition("?")[0] in PUBLIC:
            continue
        answer = client.get(address, base_url="http://localhost", follow_redirects=True)
        kind, told = answer.mimetype or "", unquote(str(answer.headers))
        found[address] = (answer.status_code, text_of(answer.data, kind) + told)
        if kind == "text/html":
            links = [part.partition('"')[0] for part in html.unescape(answer.text).split('href="')[1:]]
            ahead += [one for one in links if one.startswith("/") and case_no in one and not urlsplit(one).fragment]
        answer.close()
    return found


def operations_of(api: Api, account: str, case_no: str) -> dict[str, tuple[int, str]]:
    """Ask every operation of the API as ``account``; return status and text by method and address."""
    values = values_of(api.house, case_no)
    found: dict[str, tuple[int, str]] = {}
    for path, methods in DOCUMENT["paths"].items():
        places = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        for method in methods:
            if method not in ("get", "post") or set(PUBLIC) & set(path.split("/")):
                continue
            for address in filled(path, places, values, "{}"):
                body = {} if method == "get" else {"data": "{}", "content_type": "application/json"}
                answer = api.ask(method.upper(), account, address, **body)
                kind = answer.headers["Content-Type"].partition(";")[0]
                found[f"{method} {address}"] = (answer.status, text_of(answer.content, kind))
    return found


def leaks(found: Mapping[str, tuple[int, str]], names: Iterable[str]) -> list[str]:
    """Return where a name is read that is not the reader's to know; the plan's own words are everybody's."""
    everybodys = ("营业执照核验（系统自动）",)
    told = {address: text for address, (_, text) in found.items()}
    for phrase in everybodys:
        told = {address: text.replace(phrase, "") for address, text in told.items()}
    return sorted(f"{name}: {address}" for address, text in told.items() for name in names if name in text)


@pytest.mark.parametrize("account, over", [(ONE, False), (TWO, True)], ids=["while it runs", "after its end"])
def test_T077_no_page_tells_an_asked_department_what_others_handed_in(site: Site, account: str, over: bool):
    house = site.house
    case_no = busy_case(house)
    if over:
        finished(house, case_no)
    names = foreign_names(house, case_no)
    assert {KITCHEN, SIGN_DRAWING, "后厨核查.pdf", "招牌现场.pdf", "食品现场.pdf"} <= names
    found = pages_of(site, account, case_no)
    assert leaks(found, names) == []
    status, told = found[f"/cases/{case_no}"]
    assert status == 200
    assert all(own in told for own in (*OWN, "消防现场.pdf", "疏散平面图.pdf", COVERED))
    assert sum(status == 200 for status, _ in found.values()) > 20


def test_T077_no_operation_tells_an_asked_department_what_others_handed_in(sqlite_house: House):
    house, api = sqlite_house, Api(sqlite_house)
    case_no = busy_case(house)
    names = foreign_names(house, case_no)
    found = operations_of(api, ONE, case_no)
    assert leaks(found, names) == []
    status, told = found[f"get /api/v1/cases/{case_no}/history"]
    assert (status, COVERED in told, "joint.shared" in told) == (200, True, True)
    status, told = found[f"get /api/v1/cases/{case_no}"]
    assert status == 200
    assert all(own in told for own in (*OWN, "疏散平面图.pdf"))
    whole = read_whole(api, "S51", case_no)
    assert all(name in whole for name in names - {"后厨核查.pdf"}), "what the walk looks for is really told to others"


def read_whole(api: Api, account: str, case_no: str) -> str:
    """Return what somebody reads of the case whole and of its history."""
    answers = [api.get(account, f"/cases/{case_no}{more}") for more in ("", "/history?limit=500", "/joint/visits")]
    return "".join(json.dumps(one.body, ensure_ascii=False) for one in answers)


def test_the_lead_the_window_and_the_supervisor_read_every_name(site: Site):
    house = site.house
    case_no = busy_case(house)
    for account in ("D11", "D12", "W01", "S51"):
        page = site.visitor(account).open(f"/cases/{case_no}")
        assert COVERED not in page.text
        for name in (KITCHEN, SIGN_DRAWING, *OWN):
            assert name in page.text


def test_a_document_that_names_what_is_foreign_is_not_there_and_that_is_journalled(site: Site):
    house = site.house
    case_no = busy_case(house)
    kinds = {one.kind: one.id for one in house.documents(case_no)}
    fire = site.visitor(ONE)
    for kind in ("correction_notice", "handover_slip"):
        assert fire.open(f"/documents/{kinds[kind]}.pdf").status == 404
        assert house.journal(f"access:{ONE}")[-1].data["code"] == "DOCUMENT_MISSING"
        assert site.visitor("D11").open(f"/documents/{kinds[kind]}.pdf").status == 200
    for kind in ("acceptance_notice", "joint_visit_notice", "joint_minutes"):
        assert fire.open(f"/documents/{kinds[kind]}.pdf").status == 200


def test_of_a_correction_and_a_handover_only_the_own_lines_are_shown(site: Site):
    case_no = busy_case(site.house)
    page = site.visitor(ONE).open(f"/cases/{case_no}")
    assert page.each("section[aria-labelledby='corrections-title'] .yc-plain li") == [
        "场所平面布置图、消防安全制度（不符合法定形式，一式1份）：请标明疏散方向"
    ]
    lines = page.each("section[aria-labelledby='handovers-title'] .yc-plain li")
    assert {one.partition("：")[0] for one in lines} == {OWN[0], OWN[1]}
    papers = site.visitor(ONE).open(f"/cases/{case_no}/papers")
    assert [one.partition(". ")[2] for one in papers.each("section[aria-labelledby='where-title'] th") if ". " in one] \
        == [OWN[0], OWN[1]]  # fmt: skip
