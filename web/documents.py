"""文书: the official documents as PDF files, the same bytes whenever asked."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.queries import CaseFile, case_by_root, is_visible
from engine.casework.cases.sharing.sight import shows
from engine.casework.cases.voiding import refuse_unless_own
from engine.foundation.blobs.storage import Blobs
from engine.foundation.errors import InvalidFields, Refusal
from engine.foundation.store.unit import Actor
from engine.process.documents.commands import RecordRendering, VoidDocument
from engine.process.documents.issuing import digest_of, file_of, shown_file
from engine.process.documents.queries import document_by_id, void_of
from engine.process.documents.rules import (
    LONGEST_REASON,
    Document,
    DocumentMissing,
    RenderingChanged,
    checked_reason,
    needs_replacement,
)
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import SYSTEM
from engine.registry.organisation.queries import Department, departments
from web.failures import status_for
from web.page import form_key, new_key
from web.security import DOCUMENT_POLICY, page
from web.sessions import actor, door

blueprint = Blueprint("documents", __name__)


@blueprint.get("/documents/<id>.pdf")
@page(action="case.see")
def show(id: str) -> Response:
    """Send a document of a case in the reader's scope, a void one marked as such; any other is not found."""
    with door().read(actor(), action="case.see") as view:
        document = _document(view, id)
        void = void_of(view.connection, id)
    content = shown_file(document, void, rendered(document))
    door().note_view(actor(), f"文书 {document.number}")
    response = make_response(content)
    response.headers["Content-Type"] = "application/pdf"
    name = quote(f"{document.title} {document.number}{'（已作废）' if void else ''}.pdf")
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{name}"
    response.headers["Content-Security-Policy"] = DOCUMENT_POLICY
    return response


@blueprint.get("/documents/<id>/void")
@page(action="document.void")
def ask_void(id: str) -> AnyResponse:
    """Ask why the document is void, and whether it is issued anew."""
    return _void_page(id)


@blueprint.post("/documents/<id>/void")
@page(action="document.void")
def make_void(id: str) -> AnyResponse:
    """Make the document void; wrong words are told on the same page."""
    reason, reissue = request.form.get("reason", "")[:500], "reissue" in request.form
    with door().read(actor(), action="document.void") as view:
        document = _document(view, id)
    try:
        _refuse_unsure(reason)
        command = VoidDocument(root_id=document.root_id, document_id=id, reason=reason, reissue=reissue)
        done = door().execute(command, actor(), key=form_key())
    except Refusal as refusal:
        return _void_page(id, refusal=refusal, reason=reason, reissue=reissue)
    return redirect(url_for("cases.show", case_no=done["case_no"], _anchor="papers"), 303)


def _refuse_unsure(reason: str) -> None:
    """Tell all that is wrong with the form at once."""
    wrong = {} if "sure" in request.form else {"sure": "请确认要作废的是这一份文书"}
    try:
        checked_reason(reason)
    except InvalidFields as refusal:
        wrong = {**refusal.errors, **wrong}
    if wrong:
        raise InvalidFields(wrong)


def _void_page(id: str, *, refusal: Refusal | None = None, reason: str = "", reissue: bool = True) -> AnyResponse:
    with door().read(actor(), action="document.void") as view:
        document = _document(view, id)
        case = case_by_root(view.connection, document.root_id)
        forbidden = void_refusal(document, case, actor(), departments(view.connection))
    errors = refusal.errors if isinstance(refusal, InvalidFields) else {}
    html = render_template(
        "document_void.html", document=document, case=case, refusal=refusal or forbidden, forbidden=forbidden,
        errors=errors, reason=reason, reissue=reissue, needed=needs_replacement(document.kind, case.status),
        longest=LONGEST_REASON, key=new_key(),
    )  # fmt: skip
    told = refusal or forbidden
    return make_response(html, status_for(told) if told else 200)


def void_refusal(
    document: Document, case: CaseFile, who: Actor, places: Mapping[str, Department]
) -> Refusal | None:  # fmt: skip
    """Return why ``who`` may not void the document now, or None: the case page asks it to show the link."""
    try:
        refuse_unless_own(document, case, who, places)
    except Refusal as refusal:
        return refusal
    return None


def _document(view: Reading, id: str) -> Document:
    document = document_by_id(view.connection, id)
    case = case_by_root(view.connection, document.root_id)
    seen = is_visible(view.connection, case.root_id, case.department, view.scope)
    if not seen or not shows(view, case, document):
        raise DocumentMissing
    return document


def rendered(document: Document) -> bytes:
    """Return the document's PDF; the first rendering's digest is kept, a later one must equal it."""
    content = file_of(document, door().part(Blobs))
    digest = digest_of(content)
    if document.sha256 is None:
        command = RecordRendering(root_id=document.root_id, document_id=document.id, sha256=digest)
        door().execute(command, SYSTEM, key=f"shown:{document.id}")
    elif document.sha256 != digest:
        raise RenderingChanged(number=document.number)
    return content
