"""文书: the official documents as PDF files, the same bytes whenever asked."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, make_response

from engine.casework.cases.queries import case_by_root
from engine.foundation.blobs.storage import Blobs
from engine.process.documents.commands import RecordRendering
from engine.process.documents.issuing import digest_of, file_of
from engine.process.documents.queries import document_by_id
from engine.process.documents.rules import Document, DocumentMissing, RenderingChanged
from engine.registry.identity.rules import SYSTEM
from web.security import DOCUMENT_POLICY, page
from web.sessions import actor, door

blueprint = Blueprint("documents", __name__)


@blueprint.get("/documents/<id>.pdf")
@page(action="case.see")
def show(id: str) -> Response:
    """Send a document of a case in the reader's scope; any other is not found."""
    with door().read(actor(), action="case.see") as view:
        document = document_by_id(view.connection, id)
        if not view.scope.covers(case_by_root(view.connection, document.root_id).department):
            raise DocumentMissing
    content = rendered(document)
    door().note_view(actor(), f"文书 {document.number}")
    response = make_response(content)
    response.headers["Content-Type"] = "application/pdf"
    name = quote(f"{document.title} {document.number}.pdf")
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{name}"
    response.headers["Content-Security-Policy"] = DOCUMENT_POLICY
    return response


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
