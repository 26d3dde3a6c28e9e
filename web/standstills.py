"""停表 (4.1.8): many cases stand still by one document; what a draft would do, approving it, and each case's line."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.queries import cases_by_root
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields, Refusal
from engine.foundation.journal.queries import lines_of
from engine.foundation.store.commands import Command
from engine.oversight.standstill import queries
from engine.oversight.standstill.commands import ApproveStandstill, DraftStandstill, DropStandstill, EndStandstill
from engine.oversight.standstill.handlers import ROOT
from engine.oversight.standstill.queries import Standstill
from engine.oversight.standstill.rules import CASE_STATES, STATES, StandstillMissing
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import may
from engine.registry.items.queries import item_names
from engine.registry.organisation.queries import CENTER, departments
from web.failures import status_for
from web.page import form_key
from web.paging import Page, asked_number
from web.security import page
from web.sessions import actor, door
from web.timeline import story

blueprint = Blueprint("standstills", __name__)


@blueprint.get("/standstills")
@page(action="standstill.see")
def listing() -> str:
    """List the standstills, newest first."""
    with door().read(actor(), action="standstill.see") as view:
        found = queries.standstills(view.connection)
        scopes = {one.id: _scope(view, one) for one in found}
    return render_template("standstills.html", found=found, states=STATES, scopes=scopes)


@blueprint.get("/standstills/new")
@page(action="standstill.draft")
def ask() -> AnyResponse:
    """Ask for the document, the day and the scope."""
    return _form({}, {}, {})


@blueprint.post("/standstills/new")
@page(action="standstill.draft")
def draft() -> AnyResponse:
    """Keep it as a draft, and show what it would do."""
    typed = {name: request.form.get(name, "")[:400] for name in ("reason", "document_no", "from_day")}
    chosen = {name: tuple(request.form.getlist(name)[:200]) for name in ("departments", "item_codes")}
    try:
        command = DraftStandstill(
            reason=typed["reason"], document_no=typed["document_no"], from_day=typed["from_day"],
            departments=chosen["departments"], items=chosen["item_codes"],
        )  # fmt: skip
        outcome = door().execute(command, actor(), key=form_key())
    except InvalidFields as wrong:
        return _form(typed, chosen, wrong.errors, status=422)
    return redirect(url_for("standstills.look", id=outcome["id"]), 303)


@blueprint.get("/standstills/<int:id>")
@page(action="standstill.see")
def look(id: int) -> AnyResponse:
    """Show a standstill: what it would stop, how far it is, and what became of each case."""
    return _page(id)


@blueprint.post("/standstills/<int:id>/approve")
@page(action="standstill.approve")
def approve(id: int) -> AnyResponse:
    """Approve the standstill, or its end."""
    return _done(id, ApproveStandstill(id=id), {})


@blueprint.post("/standstills/<int:id>/drop")
@page(action="standstill.draft")
def drop(id: int) -> AnyResponse:
    """Drop the draft, or that of the end."""
    return _done(id, DropStandstill(id=id), {})


@blueprint.post("/standstills/<int:id>/end")
@page(action="standstill.draft")
def end(id: int) -> AnyResponse:
    """Draft the end."""
    typed = {name: request.form.get(name, "")[:400] for name in ("reason", "document_no", "end_day")}
    return _done(id, EndStandstill(id=id, **typed), typed)


def _done(id: int, command: Command, typed: Mapping[str, str]) -> AnyResponse:
    try:
        door().execute(command, actor(), key=form_key())
    except StandstillMissing:
        raise
    except InvalidFields as wrong:
        return _page(id, typed=typed, errors=wrong.errors, status=422)
    except Refusal as refusal:
        return _page(id, typed=typed, refusal=refusal, status=status_for(refusal))
    return redirect(url_for("standstills.look", id=id), 303)


def _page(
    id: int, *, typed: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None,
    refusal: Refusal | None = None, status: int = 200,
) -> AnyResponse:  # fmt: skip
    number, state = asked_number(request.args.get("page")), request.args.get("state", "")
    state = state if state in CASE_STATES else ""
    with door().read(actor(), action="standstill.see") as view:
        one = queries.standstill_of(view.connection, id)
        shares = queries.shares(view.connection, one) if one.state in ("drafted", "pausing") else []
        counts = queries.outcome_counts(view.connection, id)
        where = Page(number, counts.get(state, 0) if state else sum(counts.values()))
        found = queries.outcomes(view.connection, id, state=state, offset=where.offset, limit=where.size)
        cases = cases_by_root(view.connection, {row.root_id for row in found})
        seen = {root for root, case in cases.items() if may(actor(), "case.see") and view.scope.covers(case.department)}
        lines = [line for line in lines_of(view.connection, ROOT) if line.data.get("id") == id]
        people = {one.drafted_by, one.approved_by, one.end_drafted_by, one.end_approved_by}
        names = names_of(view.connection, {who for who in people if who} | {line.account for line in lines})
        named = {key: row.short_name for key, row in departments(view.connection).items()}
        since, scope = queries.received_since(view.connection, one), _scope(view, one)
        drafter = one.end_drafted_person if one.state == "ending" else one.drafted_person
        mine, today = drafter == view.actor.person, city_date(view.now)
    html = render_template(
        "standstill.html", one=one, state_name=STATES[one.state], shares=shares, counts=counts, page=where,
        rows=[(row, cases.get(row.root_id), row.root_id in seen) for row in found], case_states=CASE_STATES,
        chosen=state, entries=story(lines, names), names=names, named=named, since=since, scope=scope, mine=mine,
        today=today, typed=typed or {"end_day": today.isoformat()}, errors=errors or {}, refusal=refusal,
    )  # fmt: skip
    return make_response(html, status)


def _scope(view: Reading, one: Standstill) -> str:
    """Return in words which cases stand still."""
    named = {key: row.short_name for key, row in departments(view.connection).items()}
    items = item_names(view.connection)
    told = ["、".join(named.get(key, key) for key in one.departments)] if one.departments else []
    told += ["、".join(items.get(code, code) for code in one.items)] if one.items else []
    return "；".join(told) or "全部在办件"


def _form(
    typed: Mapping[str, str], chosen: Mapping[str, tuple[str, ...]], errors: Mapping[str, str], *, status: int = 200
) -> AnyResponse:
    with door().read(actor(), action="standstill.draft") as view:
        today = city_date(view.now)
        places = [(key, one.short_name) for key, one in departments(view.connection).items()
                  if one.kind != "regulator" and key != CENTER]  # fmt: skip
        items = list(item_names(view.connection).items())
    html = render_template(
        "standstill_new.html", typed={"from_day": today.isoformat(), **typed}, chosen=chosen, errors=errors,
        places=places, items=items, today=today,
    )  # fmt: skip
    return make_response(html, status)
