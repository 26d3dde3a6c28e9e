"""查找: one box for cases, applicants and service guides; nothing outside the reader's scope is found or counted."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.finding.queries import (
    Known,
    applicants_found,
    applicants_of,
    applicants_with_number,
    exact_number,
    is_number,
)
from engine.casework.cases.queries import cases_in_order
from engine.foundation.search import queries as search
from engine.foundation.search.rules import marked, words_of
from engine.foundation.vault import Vault
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import may
from engine.registry.items.queries import current_items
from engine.registry.organisation.queries import departments
from forms import checks
from processes.items import Item
from web import words
from web.caselist import Row, rows_of
from web.paging import Page, asked_number
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("search", __name__)

TABS = {"cases": "办件", "applicants": "申请对象", "guides": "办事指南"}
_PARTS = {"number": "编号", "item": "事项", "department": "办理部门", "result": "结果文号"}
_GUIDE_PARTS = (
    ("material", "材料"), ("condition", "条件"), ("basis", "依据"), ("question", "常见问题"), ("result", "结果")
)  # fmt: skip
_PERSONAL = re.compile(r"^(1\d{10}|\d{17}[\dX])$")
"""What looks like a phone or a resident's number never stands in an address: addresses are kept in logs."""
MOST_TOLD = 3
"""How many places of a guide are shown in which the words were found."""

Marked = tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class CaseHit:
    """A case found: its line, and the texts in which a word was found."""

    row: Row
    told: list[tuple[str, Marked]]
    by_name: bool
    """The applicant's name, which is shown masked, holds a word."""


@dataclass(frozen=True)
class PersonHit:
    """An applicant found, masked."""

    id: str
    name: str
    id_kind: str
    id_no: str
    cases: int
    newest: str


@dataclass(frozen=True)
class GuideHit:
    """A guide found, with the places in which a word was found."""

    item: Item
    name: Marked
    department: str
    told: list[tuple[str, Marked]]


@dataclass(frozen=True)
class Results:
    """The page as shown."""

    query: str
    tab: str
    counts: dict[str, int]
    page: Page
    cases: list[CaseHit]
    people: list[PersonHit]
    guides: list[GuideHit]
    number: bool
    """The page answers an exact number, which it does not repeat."""


@blueprint.post("/search")
@page(action="session.own")
def ask() -> AnyResponse:
    """Take the words of the box; an exact number is looked up here and leaves no trace in an address."""
    query = request.form.get("q", "").strip()[:80]
    if not is_number(query) or not may(actor(), "case.see"):
        return redirect(url_for("search.show", q=query), 303)
    with door().read(actor(), action="case.see") as view:
        found = applicants_with_number(view.connection, view.part(Vault), view.scope, query)
    if found or _PERSONAL.match(exact_number(query)):
        door().note_view(actor(), f"按完整的证件号码或电话查找申请对象，找到 {len(found)} 个")
        return redirect(url_for("search.show", who=",".join(one.applicant_id for one in found[:5]) or "-"), 303)
    return redirect(url_for("search.show", q=query), 303)


@blueprint.get("/search")
@page(action="session.own")
def show() -> str:
    """Show what was found, a tab for each kind."""
    asked, who, number = request.args.get("q", "").strip()[:80], request.args.get("who", ""), request.args.get("page")
    with door().read(actor()) as view:
        shown = _people_named(view, who) if who else _found(view, asked, asked_number(number))
    return render_template("search.html", found=shown, tabs=_tabs(view))


def _tabs(view: Reading) -> dict[str, str]:
    return TABS if may(view.actor, "case.see") else {"guides": TABS["guides"]}


def _people_named(view: Reading, who: str) -> Results:
    ids = [one for one in who.split(",") if one.isalnum()][:5]
    known = applicants_of(view.connection, view.scope, ids) if may(view.actor, "case.see") else []
    people = [_person(view, one) for one in known]
    counts = {"cases": 0, "applicants": len(people), "guides": 0}
    return Results("", "applicants", counts, Page(1, len(people)), [], people, [], number=True)


def _found(view: Reading, asked: str, number: int) -> Results:
    places = None if view.scope.everything else view.scope.departments
    tabs, where = _tabs(view), Page(number, 0)
    found = {
        tab: search.find(
            view.connection, kind, asked, None if kind == "guide" else places, offset=where.offset, limit=where.size
        )
        for tab, kind in (("cases", "case"), ("applicants", "applicant"), ("guides", "guide"))
        if tab in tabs
    }
    counts = {tab: one.total for tab, one in found.items()}
    tab = request.args.get("tab", "")
    chosen = tab if tab in tabs else next((name for name, total in counts.items() if total), next(iter(tabs)))
    hits = found[chosen].hits
    return Results(
        query=asked,
        tab=chosen,
        counts=counts,
        page=Page(number, counts[chosen]),
        cases=_cases(view, hits, asked) if chosen == "cases" else [],
        people=[_person(view, one) for one in applicants_found(view.connection, view.scope, hits)]
        if chosen == "applicants"
        else [],
        guides=_guides(view, hits, asked) if chosen == "guides" else [],
        number=False,
    )


def _cases(view: Reading, hits: tuple[search.Hit, ...], asked: str) -> list[CaseHit]:
    wanted = words_of(asked)
    rows = {row.case.root_id: row for row in rows_of(view, cases_in_order(view.connection, [hit.ref for hit in hits]))}
    return [
        CaseHit(rows[hit.ref], _told(hit, wanted), _any(marked(hit.parts.get("applicant", ""), wanted)))
        for hit in hits
        if hit.ref in rows
    ]


def _told(hit: search.Hit, wanted: tuple[str, ...]) -> list[tuple[str, Marked]]:
    told = [(title, marked(hit.parts[name], wanted)) for name, title in _PARTS.items() if name in hit.parts]
    return [(title, parts) for title, parts in told if _any(parts)]


def _guides(view: Reading, hits: tuple[search.Hit, ...], asked: str) -> list[GuideHit]:
    wanted, named = words_of(asked), departments(view.connection)
    items = {item.code: item for _, item in current_items(view.connection)}
    return [
        GuideHit(
            item=items[hit.ref],
            name=marked(items[hit.ref].name, wanted),
            department=named[items[hit.ref].department].name,
            told=[one for one in _guide_told(hit, wanted) if _any(one[1])][:MOST_TOLD],
        )
        for hit in hits
        if hit.ref in items
    ]


def _guide_told(hit: search.Hit, wanted: tuple[str, ...]) -> list[tuple[str, Marked]]:
    return [
        (title, marked(text, wanted))
        for start, title in _GUIDE_PARTS
        for name, text in hit.parts.items()
        if name.rstrip("0123456789") == start
    ]


def _person(view: Reading, one: Known) -> PersonHit:
    number = view.part(Vault).unseal(one.id_sealed)
    kind = checks.IDENTITY_KINDS.get(one.id_kind)
    return PersonHit(
        id=one.applicant_id,
        name=words.person_or_firm(one.kind, one.name),
        id_kind=kind.label if kind else one.id_kind,
        id_no=number if one.id_kind == "uscc" else checks.mask_resident_id(number),
        cases=one.cases,
        newest=words.local(one.newest),
    )


def _any(parts: Marked) -> bool:
    return any(hit for _, hit in parts)
