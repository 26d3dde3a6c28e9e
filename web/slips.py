"""收件凭条: the paper with number and query code that an applicant takes home, and another one when it was lost."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from sqlalchemy.engine import Connection
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.queries import CaseFile, kinds_of, visible_case
from engine.casework.tracking.commands import ReissueQueryCode
from engine.casework.tracking.queries import QueryCode, code_of
from engine.casework.tracking.rules import NoQueryCode, ReissueReasonMissing, grouped
from engine.foundation.errors import Refusal
from engine.foundation.vault import Vault
from engine.process.documents.issuing import Centre
from web import words
from web.failures import status_for
from web.page import form_key
from web.qr import qr_svg
from web.security import page
from web.sessions import actor, door

blueprint = Blueprint("slips", __name__)


@blueprint.get("/cases/<case_no>/slip")
@page(action="query_code.show")
def show(case_no: str) -> AnyResponse:
    """Show the slip, ready for the printer; that the code was looked at stands in the reader's journal."""
    return _slip(case_no, None, "")


@blueprint.post("/cases/<case_no>/slip")
@page(action="query_code.reissue")
def reissue(case_no: str) -> AnyResponse:
    """Give the case another code for a reason."""
    reason = request.form.get("reason", "")[:300]
    try:
        door().execute(ReissueQueryCode(case_no=case_no, reason=reason), actor(), key=form_key())
    except ReissueReasonMissing as refusal:
        return _slip(case_no, refusal, reason)
    return redirect(url_for("slips.show", case_no=case_no, new="1"), 303)


def _slip(case_no: str, refusal: Refusal | None, reason: str) -> AnyResponse:
    with door().read(actor(), action="query_code.show") as view:
        case = visible_case(view.connection, case_no, view.scope)
        kind = kinds_of(view.connection, {case.applicant_id})[case.applicant_id]
        code = _code(view.connection, view.part(Vault), case)
        address = f"{view.part(Centre).public_url}/progress"
    door().note_view(actor(), f"办件 {case.case_no} 的进度查询码")
    html = render_template(
        "slip.html", case=case, code=code, shown=grouped(code.code) if code else "", address=address,
        applicant=words.person_or_firm(kind, case.applicant_name), refusal=refusal, reason=reason,
        qr=qr_svg(f"{address}?case={case.case_no}", title="进度查询网址二维码，不含查询码"),
        renewed=request.args.get("new") == "1",
    )  # fmt: skip
    return make_response(html, status_for(refusal) if refusal else 200)


def _code(connection: Connection, vault: Vault, case: CaseFile) -> QueryCode | None:
    try:
        return code_of(connection, vault, case.root_id)
    except NoQueryCode:
        return None
