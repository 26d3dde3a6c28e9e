"""文书核验: anybody who holds a document may ask by its code whether the centre issued it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.queries import case_by_root, kinds_of
from engine.foundation.errors import Refusal
from engine.process.documents.queries import document_by_code, void_of
from engine.process.documents.rules import STATES, Document, DocumentMissing, Void
from engine.registry.identity.rules import SYSTEM
from web import words
from web.failures import status_for
from web.security import public
from web.sessions import door, machine_clock
from web.throttle import Throttle

blueprint = Blueprint("verify", __name__)


@dataclass(frozen=True)
class Verified:
    """What the public may know of a document."""

    document: Document
    void: Void | None
    applicant: str
    item: str

    @property
    def state(self) -> str:
        """The state in words."""
        return STATES[self.document.state]


@blueprint.get("/verify")
@public
def ask() -> AnyResponse:
    """Show the question; a code typed into it leads to its answer."""
    code = "".join(request.args.get("code", "").split()).lower()[:64]
    if code:
        return redirect(url_for("verify.show", code=code))
    return make_response(render_template("verify.html", code="", verified=None, refusal=None))


@blueprint.get("/verify/<code>")
@public
def show(code: str) -> AnyResponse:
    """Say number, title, day, state and the masked applicant of the document with this code."""
    try:
        verified = _verified(code)
    except Refusal as refusal:
        html = render_template("verify.html", code=code[:64], verified=None, refusal=refusal)
        return make_response(html, status_for(refusal))
    return make_response(render_template("verify.html", code=code, verified=verified, refusal=None))


def _verified(code: str) -> Verified:
    """Return what the code proves; raise DocumentMissing or TooManyTries."""
    asked: Throttle = current_app.config["VERIFY_TRIES"]
    name, now = str(request.remote_addr), machine_clock().now()
    asked.refuse_if_full(name, now)
    asked.note(name, now)
    if not code.isascii() or not code.isalnum():
        raise DocumentMissing
    with door().read(SYSTEM) as view:
        document = document_by_code(view.connection, code)
        void = void_of(view.connection, document.id)
        case = case_by_root(view.connection, document.root_id)
        kind = kinds_of(view.connection, {case.applicant_id})[case.applicant_id]
    return Verified(document, void, words.person_or_firm(kind, case.applicant_name), case.item_name)
