"""共享材料: showing verified materials of a case to another department, and looking at what was shown to one's own."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.queries import visible_case
from engine.casework.cases.sharing.commands import ShareMaterials
from engine.casework.cases.sharing.queries import shared_file, shared_with
from engine.casework.cases.sharing.rules import is_verified
from engine.casework.cases.sharing.sight import materials_in_sight
from engine.foundation.blobs.storage import Blobs
from engine.foundation.errors import InvalidFields
from engine.registry.organisation.queries import departments
from forms import checks
from web.page import form_key
from web.security import FILE_POLICY, page
from web.sessions import actor, door

blueprint = Blueprint("sharing", __name__)


@blueprint.get("/shared")
@page(action="material.shared")
def listing() -> str:
    """List what was shared with the reader's department; that it was looked at is journalled."""
    with door().read(actor(), action="material.shared") as view:
        found = shared_with(view.connection, view.scope)
        named = departments(view.connection)
    for case_no in sorted({one.case_no for one in found}):
        door().note_view(actor(), f"办件 {case_no} 的共享材料")
    return render_template("shared.html", found=found, named=named, mask=checks.mask_name)


@blueprint.get("/shared/<case_no>/files/<digest>")
@page(action="material.shared")
def file(case_no: str, digest: str) -> Response:
    """Send a file of a shared material as a download that can run nothing."""
    with door().read(actor(), action="material.shared") as view:
        found = shared_file(view.connection, view.scope, case_no, digest)
    name = next(name for known, name in found.files if known == digest)
    door().note_view(actor(), f"办件 {case_no} 的共享材料“{found.name}”：{name}")
    response = make_response(door().part(Blobs).get(digest))
    response.headers["Content-Type"] = "application/octet-stream"
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


@blueprint.get("/cases/<case_no>/share")
@page(action="material.share")
def show(case_no: str) -> AnyResponse:
    """Ask which materials are shared with whom."""
    return _page(case_no, {}, {}, 200)


@blueprint.post("/cases/<case_no>/share")
@page(action="material.share")
def share(case_no: str) -> AnyResponse:
    """Share the ticked materials."""
    typed = {name: request.form.get(name, "")[:200] for name in ("department", "purpose")}
    numbers = tuple(int(one) for one in request.form.getlist("no") if one.isascii() and one.isdigit() and len(one) < 4)
    try:
        door().execute(ShareMaterials(case_no=case_no, numbers=numbers, **typed), actor(), key=form_key())
    except InvalidFields as wrong:
        return _page(case_no, typed, wrong.errors, 422)
    return redirect(url_for("cases.show", case_no=case_no, noted=1), 303)


def _page(case_no: str, typed: Mapping[str, str], errors: Mapping[str, str], status: int) -> AnyResponse:
    with door().read(actor(), action="material.share") as view:
        case = visible_case(view.connection, case_no, view.scope)
        materials = materials_in_sight(view, case)
        places = [
            (key, one.name)
            for key, one in departments(view.connection).items()
            if one.kind not in ("center", "regulator") and key != case.department
        ]
    html = render_template(
        "share.html", case=case, materials=materials, places=places, typed=typed, errors=errors, verified=is_verified
    )
    return make_response(html, status)
