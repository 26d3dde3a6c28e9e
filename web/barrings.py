"""失信记录: the list, one entry with its history, putting an applicant on it, and lifting an entry (4.1.7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.barring.commands import BarApplicant, LiftBarring
from engine.casework.cases.barring.handlers import first_until, known_barring, longest_until
from engine.casework.cases.barring.queries import Barring, barrings, newest_with_number
from engine.casework.cases.barring.rules import BY_HAND, SOURCES, STATES, state_of
from engine.casework.cases.finding.queries import exact_number, is_number
from engine.casework.cases.queries import CaseFile, applicant_of, visible_case
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields, Refusal
from engine.foundation.journal.queries import lines_of
from engine.foundation.vault import Vault
from engine.registry.identity.queries import names_of, person_behind
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import may
from engine.registry.organisation.queries import departments
from forms import checks
from web import words
from web.failures import status_for
from web.page import form_key
from web.paging import Page, asked_number
from web.security import page
from web.sessions import actor, door
from web.timeline import story

blueprint = Blueprint("barrings", __name__)

FIELDS = ("applicant_kind", "applicant_name", "id_kind", "id_no", "source", "reason", "basis", "until")
NUMBER = re.compile(r"^SX\d{12}$")
"""What an entry is called."""

KINDS = (("person", "自然人"), ("organisation", "法人或其他组织"))


@dataclass(frozen=True)
class Told:
    """An entry as it is shown: a person's name and number are masked."""

    entry: Barring
    state: str
    name: str
    id_kind: str
    id_no: str
    source: str
    department: str


@blueprint.get("/barrings")
@page(action="barring.see")
def listing() -> AnyResponse:
    """List the entries, newest first, by state and by words."""
    find = request.args.get("q", "").strip()[:80]
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    number = asked_number(request.args.get("page"))
    with door().read(actor(), action="barring.see") as view:
        where = Page(number, 0)
        found, total = barrings(
            view.connection, view.part(Vault), city_date(view.now), state=state, find=find, offset=where.offset,
            limit=where.size,
        )  # fmt: skip
        rows = told_of(view, found)
    html = render_template(
        "barrings.html", rows=rows, page=Page(number, total), states=STATES, state=state, find=find,
        missed=request.args.get("missed") == "1",
    )  # fmt: skip
    return make_response(html)


@blueprint.post("/barrings/find")
@page(action="barring.see")
def find() -> AnyResponse:
    """Take what is looked for; a whole identity number is looked up here and leaves no trace in an address."""
    words_asked = request.form.get("q", "").strip()[:80]
    if not is_number(words_asked) or NUMBER.match(words_asked):
        return redirect(url_for("barrings.listing", q=words_asked or None), 303)
    with door().read(actor(), action="barring.see") as view:
        found = newest_with_number(view.connection, view.part(Vault), exact_number(words_asked))
    door().note_view(actor(), f"按完整的证件号码查找失信记录，{'找到' if found else '没有找到'}")
    if found is None:
        return redirect(url_for("barrings.listing", missed=1), 303)
    return redirect(url_for("barrings.show", number=found), 303)


@blueprint.get("/barrings/new")
@page(action="barring.bar")
def ask() -> AnyResponse:
    """Ask whom, why, on what basis and until when; from a case the applicant is known."""
    return _form(request.args.get("case", "")[:43], {}, {})


@blueprint.post("/barrings/new")
@page(action="barring.bar")
def bar() -> AnyResponse:
    """Put the applicant on the list."""
    case_no = request.form.get("case", "")[:43]
    typed = {name: request.form.get(name, "")[:1000] for name in FIELDS}
    try:
        outcome = door().execute(BarApplicant(case_no=case_no, **typed), actor(), key=form_key())
    except InvalidFields as wrong:
        return _form(case_no, typed, wrong.errors, status=422)
    except Refusal as refusal:
        return _form(case_no, typed, {}, status=status_for(refusal), refusal=refusal)
    return redirect(url_for("barrings.show", number=outcome["number"]), 303)


@blueprint.get("/barrings/<number>")
@page(action="barring.see")
def show(number: str) -> AnyResponse:
    """Show one entry; that it was looked at stands in the reader's own journal."""
    shown = _page(number)
    door().note_view(actor(), f"失信记录 {number[:26]}")
    return shown


@blueprint.post("/barrings/<number>/lift")
@page(action="barring.lift")
def lift(number: str) -> AnyResponse:
    """End the entry before its day."""
    reason = request.form.get("reason", "")[:500]
    try:
        door().execute(LiftBarring(number=number, reason=reason), actor(), key=form_key())
    except Refusal as refusal:
        return _page(number, typed={"reason": reason}, refusal=refusal)
    return redirect(url_for("barrings.show", number=number), 303)


def told_of(view: Reading, found: list[Barring]) -> list[Told]:
    """Return entries as they are shown."""
    named, today = departments(view.connection), city_date(view.now)
    return [_told(one, named[one.department].short_name if one.department in named else "", today) for one in found]


def _told(one: Barring, department: str, today: Any) -> Told:
    kind = checks.IDENTITY_KINDS.get(one.id_kind)
    return Told(
        entry=one,
        state=state_of(one.lifted_at, one.until, today),
        name=words.person_or_firm(one.applicant_kind, one.applicant_name),
        id_kind=kind.label if kind else "证件号码",
        id_no=one.id_no if one.id_kind == "uscc" else checks.mask_resident_id(one.id_no),
        source=SOURCES[one.source],
        department=department,
    )


def _page(number: str, *, typed: Mapping[str, str] | None = None, refusal: Refusal | None = None) -> AnyResponse:
    with door().read(actor(), action="barring.see") as view:
        entry = known_barring(view, number)
        [told] = told_of(view, [entry])
        lines = lines_of(view.connection, entry.root_id)
        people = {entry.barred_by, entry.lifted_by or "", *(line.account for line in lines)}
        names = names_of(view.connection, people)
        case_no = _open_case(view, entry)
        liftable = told.state == "active" and _may_lift(view, entry)
    html = render_template(
        "barring.html", told=told, entry=entry, entries=story(lines, names), names=names, states=STATES,
        case_no=case_no, liftable=liftable, typed=typed or {}, refusal=refusal,
    )  # fmt: skip
    return make_response(html, status_for(refusal) if refusal else 200)


def _open_case(view: Reading, entry: Barring) -> str:
    """Return the number of the case the entry came from, when the reader may see it."""
    if entry.case_root is None or not may(view.actor, "case.see"):
        return ""
    return entry.case_root.removeprefix("case:") if view.scope.covers(entry.department) else ""


def _may_lift(view: Reading, entry: Barring) -> bool:
    if not may(view.actor, "barring.lift") or person_behind(view.connection, entry.barred_by) == view.actor.person:
        return False
    return view.actor.has("supervisor") or entry.department in view.actor.departments("dept_head")


def _form(
    case_no: str, typed: Mapping[str, str], errors: Mapping[str, str], *, status: int = 200,
    refusal: Refusal | None = None,
) -> AnyResponse:  # fmt: skip
    with door().read(actor(), action="barring.bar") as view:
        today = city_date(view.now)
        case, who = _subject(view, case_no)
        longest = longest_until(view, today)
        first = {"until": first_until(view, today).isoformat(), "source": "deficiency" if case else ""}
    html = render_template(
        "barring_new.html", case=case, who=who, case_no=case_no, typed={**first, **typed}, errors=errors,
        refusal=refusal, sources=[(code, SOURCES[code]) for code in BY_HAND], kinds=KINDS, today=today,
        longest=longest, id_kinds=[(code, one.label) for code, one in checks.IDENTITY_KINDS.items()],
    )  # fmt: skip
    return make_response(html, status)


def _subject(view: Reading, case_no: str) -> tuple[CaseFile | None, list[tuple[str, str]]]:
    if not case_no:
        return None, []
    case = visible_case(view.connection, case_no, view.scope)
    who = applicant_of(view.connection, view.part(Vault), case.applicant_id)
    kind = checks.IDENTITY_KINDS.get(who.id_kind)
    number = who.id_no if who.id_kind == "uscc" else checks.mask_resident_id(who.id_no)
    return case, [
        ("姓名（名称）", words.person_or_firm(who.kind, who.name)), (kind.label if kind else "证件号码", number),
        ("办件", f"{case.item_name} {case.case_no}"),
    ]  # fmt: skip
