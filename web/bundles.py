"""审计包: what an auditor carries away of a case and checks elsewhere; taken for a purpose that is journalled."""

from __future__ import annotations

import tempfile
from os import SEEK_END
from typing import BinaryIO, cast
from urllib.parse import quote

from flask import Blueprint, make_response, render_template, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from engine.foundation.errors import Refusal
from engine.oversight.audit.bundling.commands import ExportBundle
from engine.oversight.audit.bundling.gathering import chosen, gathered
from engine.oversight.audit.bundling.handlers import BundlePurposeMissing
from engine.oversight.audit.bundling.proofs import BundleUnsealed
from engine.oversight.audit.bundling.rules import Bundle, BundleTooLarge, pack
from web.failures import status_for
from web.page import form_key
from web.security import FILE_POLICY, page
from web.sessions import actor, door

blueprint = Blueprint("bundles", __name__)

IN_MEMORY = 8 * 1024 * 1024
"""A larger bundle waits on the disk while it is sent."""


@blueprint.get("/cases/<case_no>/bundle")
@page(action="journal.export")
def ask(case_no: str) -> AnyResponse:
    """Ask what the bundle is taken for, and say what will be in it."""
    return _page(case_no, None)


@blueprint.post("/cases/<case_no>/bundle")
@page(action="journal.export")
def take(case_no: str) -> AnyResponse:
    """Send the bundle; that it was taken, and for what, stands in the person's access journal first."""
    purpose = request.form.get("purpose", "")[:100]
    try:
        with door().read(actor(), action="journal.export") as view:
            bundle = gathered(view, chosen(view, [case_no]))
        file = _journalled(case_no, bundle, purpose)
    except (BundlePurposeMissing, BundleUnsealed, BundleTooLarge) as refusal:
        return _page(case_no, refusal, purpose)
    response = send_file(file, mimetype="application/zip")
    response.content_length = file.seek(0, SEEK_END)
    file.seek(0)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'审计包-{case_no}.zip')}"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def _journalled(case_no: str, bundle: Bundle, purpose: str) -> BinaryIO:
    """Return the packed bundle once it is journalled; it is whole before: what cannot be read is no export."""
    file = cast(BinaryIO, tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 - closed with what sends it
    command = ExportBundle(
        cases=(case_no,), purpose=purpose, personal=False, files=len(bundle.pieces), digest=bundle.digest
    )
    try:
        pack(bundle, file)
        door().execute(command, actor(), key=form_key())
    except BaseException:
        file.close()
        raise
    return file


def _page(case_no: str, refusal: Refusal | None, purpose: str = "") -> AnyResponse:
    with door().read(actor(), action="journal.export") as view:
        [case] = chosen(view, [case_no])
    html = render_template("bundle.html", case=case, refusal=refusal, purpose=purpose)
    return make_response(html, status_for(refusal) if refusal else 200)
