"""重新执行核对: one case from its replay, many as a run in the background; what differs leads to the replay there."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from urllib.parse import quote

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.queries import visible_case
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields, Refusal
from engine.oversight.audit.reexecution import queries
from engine.oversight.audit.reexecution.commands import AskReexecution, KeepReexecution, StopReexecution
from engine.oversight.audit.reexecution.queries import Finding, Run
from engine.oversight.audit.reexecution.rules import OUTCOMES, STATES, ReexecutionMissing
from engine.oversight.audit.reexecution.walking import Reexecution, found_of
from engine.process.bpmn.releases.bundles import Bundles
from engine.registry.identity.queries import names_of
from engine.registry.identity.reading import Reading
from engine.registry.items.queries import item_names
from engine.registry.organisation.queries import departments
from web import words
from web.failures import status_for
from web.numbers import whole_number
from web.page import form_key, is_fragment
from web.paging import Page, asked_number
from web.sealing import HANDS
from web.security import FILE_POLICY, page
from web.sessions import actor, door
from web.spreadsheet import comma_separated

blueprint = Blueprint("reexecution", __name__)

FIELDS = ("item", "department", "since", "until")
HEADER = ("办件编号", "结果", "一致至", "第一条不符的记录", "说明")
MARKS = {"identical": "✓", "differs": "●", "unknown": "△"}
_CHUNK = 500


@blueprint.post("/cases/<case_no>/reexecution")
@page(action="journal.reexecute")
def one(case_no: str) -> AnyResponse:
    """Execute a case again, keep what that gave, and go back to its replay: to the line that differs, if one does."""
    with door().read(actor(), action="journal.reexecute") as view:
        case = visible_case(view.connection, case_no, view.scope)
        verdict = Reexecution(view.connection, view.part(Bundles)).of(case.root_id)
    door().execute(KeepReexecution(found=found_of(case.case_no, verdict)), actor(), key=form_key())
    at = verdict.seq or whole_number(request.form.get("at", ""))
    return redirect(url_for("replay.show", case_no=case.case_no, at=at, _anchor="reexecution"), 303)


@blueprint.get("/audit/reexecution")
@page(action="journal.reexecute")
def listing() -> AnyResponse:
    """Ask which cases are to be executed again, and list the runs, the newest first."""
    return _listing({}, {})


@blueprint.post("/audit/reexecution")
@page(action="journal.reexecute")
def ask() -> AnyResponse:
    """Let a run wait for the worker."""
    typed = {name: request.form.get(name, "")[:60] for name in FIELDS}
    try:
        outcome = door().execute(AskReexecution(**typed), actor(), key=form_key())
    except InvalidFields as wrong:
        return _listing(typed, wrong.errors, status=422)
    except Refusal as refusal:
        return _listing(typed, {}, refusal=refusal, status=status_for(refusal))
    return redirect(url_for("reexecution.show", id=outcome["id"]), 303)


@blueprint.get("/audit/reexecution/<int:id>")
@page(action="journal.reexecute")
def show(id: int) -> AnyResponse:
    """Show how far a run is and what it found; htmx gets the part that changes."""
    return _page(id)


@blueprint.post("/audit/reexecution/<int:id>/stop")
@page(action="journal.reexecute")
def stop(id: int) -> AnyResponse:
    """Stop a run."""
    try:
        door().execute(StopReexecution(id=id), actor(), key=form_key())
    except ReexecutionMissing:
        raise
    except Refusal as refusal:
        return _page(id, refusal=refusal, status=status_for(refusal))
    return redirect(url_for("reexecution.show", id=id), 303)


@blueprint.get("/audit/reexecution/<int:id>/findings.csv")
@page(action="journal.reexecute")
def take(id: int) -> Response:
    """Send what a run found as a table."""
    with door().read(actor(), action="journal.reexecute") as view:
        run = queries.run_by_id(view.connection, id, view.scope)
        rows = [_cells(found) for found in _all(view, run)]
    out = io.StringIO(newline="")
    comma_separated(out, HEADER, rows)
    door().note_view(actor(), f"导出重新执行核对 {id} 的结果（{len(rows)} 件）")
    # With a mark at the beginning, by which spreadsheet programs know that it is UTF-8.
    response = make_response(out.getvalue().encode("utf-8-sig"))
    response.headers["Content-Type"] = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'重新执行核对-{id}.csv')}"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def _all(view: Reading, run: Run) -> Iterator[Finding]:
    offset = 0
    while part := queries.findings(view.connection, run.id, offset=offset, limit=_CHUNK):
        yield from part
        offset += len(part)


def _cells(found: Finding) -> Sequence[str]:
    seq = "" if found.seq is None else str(found.seq)
    return (found.case_no, OUTCOMES[found.outcome], str(found.lines), seq, found.sentence)


def _listing(
    typed: Mapping[str, str], errors: Mapping[str, str], *, refusal: Refusal | None = None, status: int = 200
) -> AnyResponse:
    number = asked_number(request.args.get("page"))
    with door().read(actor(), action="journal.reexecute") as view:
        where = Page(number, queries.count_runs(view.connection, view.scope))
        found = queries.runs(view.connection, view.scope, offset=where.offset, limit=where.size)
        scopes = {run.id: _scope(view, run) for run in found}
        names = names_of(view.connection, {run.asked_by for run in found})
        places = [(key, place.short_name) for key, place in departments(view.connection).items()
                  if place.kind != "regulator" and view.scope.covers(key)]  # fmt: skip
        items, today = list(item_names(view.connection).items()), city_date(view.now)
    html = render_template(
        "reexecutions.html", runs=found, page=where, scopes=scopes, names={**names, **HANDS}, states=STATES,
        typed=typed, errors=errors, refusal=refusal, places=places, items=items, today=today,
    )  # fmt: skip
    return make_response(html, status)


def _page(id: int, *, refusal: Refusal | None = None, status: int = 200) -> AnyResponse:
    number = asked_number(request.args.get("page"))
    with door().read(actor(), action="journal.reexecute") as view:
        run = queries.run_by_id(view.connection, id, view.scope)
        where = Page(number, run.differing + run.unknown)
        found = queries.findings(view.connection, id, offset=where.offset, limit=where.size)
        scope, names = _scope(view, run), names_of(view.connection, {run.asked_by})
    told = {
        "run": run, "rows": found, "page": where, "scope": scope, "names": {**names, **HANDS}, "states": STATES,
        "outcomes": OUTCOMES, "marks": MARKS,
    }  # fmt: skip
    if is_fragment():
        return make_response(render_template("reexecution_part.html", **told))
    return make_response(render_template("reexecution.html", **told, refusal=refusal), status)


def _scope(view: Reading, run: Run) -> str:
    """Return in words which cases a run goes through."""
    chosen = run.chosen
    told = []
    if chosen.item:
        told.append(item_names(view.connection).get(chosen.item, chosen.item))
    if chosen.department:
        place = departments(view.connection).get(chosen.department)
        told.append(chosen.department if place is None else place.short_name)
    if chosen.since is not None:
        told.append(f"自 {city_date(chosen.since)} 起收件")
    if chosen.until is not None:
        told.append(f"至 {city_date(chosen.until - timedelta(days=1))} 止收件")
    if chosen.changed_since is not None:
        told.append(f"自 {words.local(chosen.changed_since)} 起有变动")
    return "；".join(told) or "全部办件"
