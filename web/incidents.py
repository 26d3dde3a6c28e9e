"""异常: what the house could not do by itself: the list, one with its history, trying again, settling by hand."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.foundation.errors import Refusal
from engine.foundation.journal.queries import lines_of_types
from engine.process.tasks.incidents.commands import ResolveIncident, RetryIncident
from engine.process.tasks.incidents.handlers import ACTS, HEALED
from engine.process.tasks.incidents.queries import Incident, incident_by_id, listed
from engine.process.tasks.incidents.rules import OUTBOX, STATES, kind_of
from engine.process.tasks.incidents.telling import told_of
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from web.failures import status_for
from web.page import form_key
from web.paging import Page, asked_number
from web.security import page
from web.sessions import actor, door
from web.timeline import Entry, story

blueprint = Blueprint("incidents", __name__)

LONGEST_ID = 160
NAMES = {"system": "系统", "operator": "命令行操作员"}
"""Whoever settles an incident without being a person with an account."""
DONE = {
    "retried": "已安排重试，半分钟内执行。办成的自动转为“已恢复”，仍未成功的回到“待处理”。",
    "healed": "它已不再等待，不需要重试，异常随之消除。", "resolved": "已登记人工处置，记入过程记录。",
}  # fmt: skip


@blueprint.get("/incidents")
@page(action="incident.settle")
def listing() -> AnyResponse:
    """List the incidents, the open ones first, by state and by the number of the case."""
    find = request.args.get("q", "").strip()[:80]
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    number = asked_number(request.args.get("page"))
    with door().read(actor(), action="incident.settle") as view:
        where = Page(number, 0)
        found, total = listed(view.connection, state=state, find=find, offset=where.offset, limit=where.size)
        rows = told_of(view, found)
    html = render_template(
        "incidents.html", rows=rows, page=Page(number, total), states=STATES, state=state, find=find
    )
    return make_response(html)


@blueprint.get("/incidents/<id>")
@page(action="incident.settle")
def show(id: str) -> AnyResponse:
    """Show one incident; that it was looked at stands in the reader's own journal."""
    shown = _page(id)
    door().note_view(actor(), f"异常 {id[:LONGEST_ID]}")
    return shown


@blueprint.post("/incidents/<id>/retry")
@page(action="incident.settle")
def retry(id: str) -> AnyResponse:
    """Let what failed be due at once."""
    try:
        outcome = door().execute(RetryIncident(root_id=_root(id), incident=id), actor(), key=form_key())
    except Refusal as refusal:
        return _page(id, refusal=refusal)
    return redirect(url_for("incidents.show", id=id, done=outcome["state"]), 303)


@blueprint.post("/incidents/<id>/resolve")
@page(action="incident.settle")
def resolve(id: str) -> AnyResponse:
    """Note how somebody saw to it by other means."""
    reason = request.form.get("reason", "")[:1000]
    try:
        command = ResolveIncident(root_id=_root(id), incident=id, reason=reason)
        outcome = door().execute(command, actor(), key=form_key())
    except Refusal as refusal:
        return _page(id, typed={"reason": reason}, refusal=refusal)
    return redirect(url_for("incidents.show", id=id, done=outcome["state"]), 303)


def _root(id: str) -> str:
    """Return what the incident belongs to, which its command locks; raise IncidentMissing."""
    with door().read(actor(), action="incident.settle") as view:
        return incident_by_id(view.connection, id).root_id


def _page(id: str, *, typed: Mapping[str, str] | None = None, refusal: Refusal | None = None) -> AnyResponse:
    with door().read(actor(), action="incident.settle") as view:
        one = incident_by_id(view.connection, id)
        [told] = told_of(view, [one])
        entries = _story(view, one)
    html = render_template(
        "incident.html", told=told, one=one, states=STATES, entries=entries, work=kind_of(one.id) == OUTBOX,
        typed=typed or {}, refusal=refusal, done=DONE.get(request.args.get("done", ""), ""),
    )  # fmt: skip
    return make_response(html, status_for(refusal) if refusal else 200)


def _story(view: Reading, one: Incident) -> list[Entry]:
    """Return what became of the incident: when it was told, what people did, and that it came through, by time."""
    lines = [line for line in lines_of_types(view.connection, one.root_id, ACTS) if line.data["incident"] == one.id]
    names = {**NAMES, **names_of(view.connection, {line.account for line in lines})}
    entries = [Entry(one.since, "系统", system=True, sentences=["列为异常"]), *story(lines, names)]
    found_over = {line.at for line in lines if line.type == HEALED}
    if one.state == "healed" and one.settled_at is not None and one.settled_at not in found_over:
        entries.append(Entry(one.settled_at, "系统", system=True, sentences=["已办成，或者已不再等待，异常消除"]))
    return sorted(entries, key=lambda entry: entry.at)
