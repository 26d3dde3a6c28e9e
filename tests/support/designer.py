"""A small office that speaks to the editor of process files as the product does: real check, real words, no database.

``Office`` serves one file in the editor's own markup under the editor's own policy, keeps what was saved, and can be
told to refuse.  ``draw`` opens it in a page and waits until it is there.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, jsonify, render_template_string, request
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from engine.oversight.publishing.files import PROCESS
from engine.process.bpmn import Definition, Problem, check, parse_definition
from engine.process.bpmn.decisions import check_decisions
from engine.registry.identity.rules import ROLES
from processes import library
from tests.support.browser import NewPage
from web import assets
from web.designing.editor import ASKED, EDITORS, POLICY, Desk
from yichuang.compose import words

WEB = Path(__file__).resolve().parents[2] / "web"
CSRF = "token-of-this-session"
PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>流程设计</title>
<link rel="icon" href="{{ asset("icon.svg") }}" type="image/svg+xml">
{% for sheet in ("tokens.css", "frame.css", "parts.css", "forms.css", "print.css") %}
<link rel="stylesheet" href="{{ asset(sheet) }}">{% endfor %}
{% for sheet in styles(entry) %}<link rel="stylesheet" href="{{ sheet }}">{% endfor %}
{% for script in scripts(entry) %}<script type="module" src="{{ script }}"></script>{% endfor %}
</head><body><header><h1>流程设计</h1></header><main>{% include part %}</main></body></html>"""


@cache
def definitions() -> dict[str, Definition]:
    """Return the shipped processes by id."""
    return {id: parse_definition(file.xml) for id, file in library.processes().items()}


def problems_of(text: str) -> list[dict[str, Any]]:
    """Return what the server's check says about a process, as JSON."""
    return [as_json(each) for each in check(text.encode(), words(), definitions().get)]


def problems_of_tables(text: str) -> list[dict[str, Any]]:
    """Return what the server's check says about a file of decision tables, as JSON."""
    return [as_json(each) for each in check_decisions(text.encode())]


def as_json(problem: Problem) -> dict[str, Any]:
    """Return a problem as the server sends it."""
    return {
        "element_id": problem.element_id,
        "rule": problem.rule,
        "level": problem.level,
        "sentence": problem.sentence,
        "also": list(problem.also),
    }


def vocabulary() -> dict[str, list[dict[str, Any]]]:
    """Return what an element may name, as the server tells it."""
    known = words()
    services = known.services.items()
    return {
        "roles": [{"value": code, "label": name} for code, name in ROLES.items()],
        "forms": [{"value": form, "label": form} for form in sorted(known.forms)],
        "acts": [{"value": act, "label": act, "facts": sorted(facts)} for act, facts in sorted(known.acts.items())],
        "clocks": [
            {"value": "correction_notice", "label": "一次告知期限", "unit": "wd", "cap": 5},
            {"value": "correction_limit", "label": "补正期限", "unit": "wd", "cap": None},
        ],
        "services": [
            {"value": name, "label": name, "parameters": sorted(one.parameters), "facts": sorted(one.facts)}
            for name, one in sorted(services)
        ],
        "messages": [
            {"value": name, "label": name, "keyed": name in known.keyed, "facts": sorted(facts)}
            for name, facts in sorted(known.messages.items())
        ],
        "processes": [
            {"value": id, "label": one.name, "inputs": list(one.inputs), "outputs": list(one.outputs)}
            for id, one in sorted(definitions().items())
        ],
        "clauses": [{"number": row.clause, "title": row.part} for row in _clauses()],
        "departments": [],
        "decisions": [],
    }


def _clauses() -> list[Any]:
    return list({row.clause: row for row in library.clauses()}.values())


class Office:
    """One file of one draft; what the editor does with it is kept here."""

    title, media = "承诺件", "application/xml"

    def __init__(self, text: str, name: str = "route_commitment", kind: str = PROCESS) -> None:
        self.text, self.name, self.kind, self.version = text, name, kind, 1
        self.problems_of = problems_of if kind == PROCESS else problems_of_tables
        self.may_write = True
        self.saved: list[str] = []
        self.comments: list[dict[str, Any]] = []
        self.others: list[dict[str, str]] = []
        self.refusal: tuple[int, dict[str, Any]] | None = None
        self.csrf = CSRF
        self.merged: dict[str, str] = {}
        self.arrived = threading.Event()
        self.app = Flask(__name__, template_folder=str(WEB / "templates"), static_folder=str(WEB / "static"))
        self.app.jinja_env.globals.update(asset=assets.asset, scripts=assets.scripts, styles=assets.styles)
        self._routes()

    def _routes(self) -> None:
        add = self.app.add_url_rule
        add("/", "page", self.page)
        add("/content", "content", self.content)
        add("/vocabulary.json", "vocabulary", lambda: jsonify(vocabulary()))
        add("/save", "save", self.save, methods=["POST"])
        add("/check", "check", self.check, methods=["POST"])
        add("/merge", "merge", self.merge, methods=["POST"])
        add("/presence", "presence", self.presence, methods=["POST"])
        add("/comments", "comments", lambda: jsonify(self.comments))
        add("/comments", "comment", self.comment, methods=["POST"])
        add("/comments/<int:number>/settle", "settle", self.settle, methods=["POST"])

    def page(self) -> Response:
        """Return the editor's page."""
        names = (*ASKED, *EDITORS[self.kind].asks)
        desk = Desk(
            kind=self.kind,
            addresses={**{name: f"/{name}" for name in names}, "vocabulary": "/vocabulary.json"}, csrf=self.csrf,
            key=f"d-1/{self.kind}/{self.name}", name=self.name, title=self.title, draft_title="修改承诺件",
            draft="/draft", as_text="/?text=1", merge="/merge", may_write=self.may_write,
        )  # fmt: skip
        html = render_template_string(PAGE, desk=desk, entry=EDITORS[self.kind].entry, part=EDITORS[self.kind].desk)
        return Response(html, headers={"Content-Security-Policy": POLICY})

    def content(self) -> Response:
        """Return the file and its version."""
        return Response(self.text, mimetype=self.media, headers={"ETag": f'"{self.version}"'})

    def refused(self) -> tuple[Response, int] | None:
        """Return the refusal of this request, if it is to be refused."""
        if request.headers.get("X-CSRF-Token") != self.csrf:
            return jsonify({"code": "FORM_OF_ANOTHER_SESSION", "detail": "这个页面是另一次登录时打开的。"}), 401
        if self.refusal is not None:
            status, told = self.refusal
            return jsonify(told), status
        return None

    def save(self) -> Any:
        """Take a version, unless it is not drawn on the newest one."""
        refused = self.refused()
        if refused:
            return refused
        sent = request.get_json()
        if sent["version"] != self.version:
            told = {"code": "DRAFT_MOVED", "by": "李梅"}
            told["detail"] = f"草案里的文件已由李梅于3月2日 09:05保存为第 {self.version} 版。"
            return jsonify({**told, "at": "2026-03-02T01:05:00Z", "version": self.version}), 409
        self.text, self.version = sent["text"], self.version + 1
        self.saved.append(self.text)
        self.arrived.set()
        return jsonify({"version": self.version, "problems": self.problems_of(self.text)})

    def merge(self) -> Response:
        """Keep what was handed over to be set beside another person's."""
        self.merged = dict(request.form)
        return Response("<!doctype html><title>两边的不同</title><link rel=icon href=data:,>")

    def check(self) -> Any:
        """Say what the real check says."""
        return jsonify({"problems": self.problems_of(request.get_json()["text"])})

    def presence(self) -> Any:
        """Say who else is here."""
        return jsonify({"others": self.others})

    def comment(self) -> Any:
        """Keep a comment."""
        sent = request.get_json()
        told = {"by": "王建国", "at": "2026-03-02T01:00:00Z", "settled": False}
        made = {**sent, **told, "number": len(self.comments) + 1}
        self.comments.append(made)
        return jsonify(made)

    def settle(self, number: int) -> Any:
        """Settle a comment."""
        self.comments[number - 1]["settled"] = True
        return jsonify(self.comments[number - 1])


@contextmanager
def serving(office: Office) -> Iterator[str]:
    """Serve the office; gives its address."""
    server = make_server("127.0.0.1", 0, office.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def draw(page: Page, address: str) -> None:
    """Open the editor and wait until the file is drawn; fail with the sentence that helps when it is not built."""
    if not assets.MANIFEST.exists():
        pytest.fail("The pages' scripts are not built. Run ./run setup (it needs Node 20.19 or newer).", pytrace=False)
    page.goto(address)
    expect(page.locator("#yc-designer[data-ready=yes]")).to_have_count(1)


@pytest.fixture
def office() -> Office:
    """The office with the route of promised cases; a module that wants another file says so."""
    return Office(library.processes()["route_commitment"].xml.decode())


@pytest.fixture
def address(office: Office) -> Iterator[str]:
    """Where the office is."""
    with serving(office) as address:
        yield address


@pytest.fixture
def editor(new_page: NewPage, address: str) -> Page:
    """A page in which the office's file is open."""
    page = new_page(viewport={"width": 1440, "height": 900})
    draw(page, address)
    return page
