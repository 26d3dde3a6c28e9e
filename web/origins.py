"""补录审批与到场登记: what the counter and the supervisor do to a case beside its process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.commands import DecideBackRecord, RecordVisit
from engine.casework.cases.origin.queries import Origin, origin_of, waiting_roots
from engine.casework.cases.origin.rules import VerdictReasonMissing, VisitReasonMissing
from engine.casework.cases.queries import CaseFile, cases_by_root, visible_case
from engine.foundation.errors import Refusal
from engine.registry.identity.queries import names_of
from web.failures import status_for
from web.page import form_key
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("origins", __name__)


@dataclass(frozen=True)
class Waiting:
    """A back-recording that waits for approval."""

    case: CaseFile
    origin: Origin
    recorder: str


@blueprint.get("/back-records")
@page(action="back_record.decide")
def listing() -> str:
    """List what waits for the supervisor."""
    with door().read(actor(), action="back_record.decide") as view:
        cases = cases_by_root(view.connection, waiting_roots(view.connection))
        names = names_of(view.connection, {case.first_responder for case in cases.values()})
        found = [
            Waiting(case, origin, names.get(case.first_responder, case.first_responder))
            for root, case in sorted(cases.items())
            if (origin := origin_of(view.connection, root)) is not None
        ]
    return render_template("back_records.html", found=found)


@blueprint.get("/cases/<case_no>/back-record")
@page(action="back_record.decide")
def show(case_no: str) -> AnyResponse:
    """Show what was recorded afterwards, to be approved or refused."""
    return _back_record(case_no, {}, {}, 200, None)


@blueprint.post("/cases/<case_no>/back-record")
@page(action="back_record.decide")
def decide(case_no: str) -> AnyResponse:
    """Approve or refuse it."""
    typed = {"note": request.form.get("note", "")[:300]}
    approve = request.form.get("_act") == "approve"
    try:
        door().execute(DecideBackRecord(case_no=case_no, approve=approve, **typed), actor(), key=form_key())
    except VerdictReasonMissing as wrong:
        return _back_record(case_no, typed, {"note": wrong.sentence}, 422, None)
    except Refusal as refusal:
        return _back_record(case_no, typed, {}, status_for(refusal), refusal)
    return redirect(url_for("cases.show", case_no=case_no, noted=1), 303)


@blueprint.get("/cases/<case_no>/visits")
@page(action="visit.record")
def visit(case_no: str) -> AnyResponse:
    """Ask why the applicant came once more."""
    return _visit(case_no, {}, {}, 200)


@blueprint.post("/cases/<case_no>/visits")
@page(action="visit.record")
def record_visit(case_no: str) -> AnyResponse:
    """Note the visit."""
    typed = {"reason": request.form.get("reason", "")[:200]}
    try:
        door().execute(RecordVisit(case_no=case_no, **typed), actor(), key=form_key())
    except VisitReasonMissing as wrong:
        return _visit(case_no, typed, {"reason": wrong.sentence}, 422)
    return redirect(url_for("cases.show", case_no=case_no, noted=1), 303)


def _back_record(
    case_no: str, typed: Mapping[str, str], errors: Mapping[str, str], status: int, refusal: Refusal | None
) -> AnyResponse:
    with door().read(actor(), action="back_record.decide") as view:
        case = visible_case(view.connection, case_no, view.scope)
        origin = origin_of(view.connection, case.root_id)
        names = names_of(view.connection, {case.first_responder})
    html = render_template(
        "back_record.html", case=case, origin=origin, names=names, typed=typed, errors=errors, refusal=refusal
    )
    return make_response(html, status)


def _visit(case_no: str, typed: Mapping[str, str], errors: Mapping[str, str], status: int) -> AnyResponse:
    with door().read(actor(), action="visit.record") as view:
        case = visible_case(view.connection, case_no, view.scope)
    return make_response(render_template("visit.html", case=case, typed=typed, errors=errors), status)
