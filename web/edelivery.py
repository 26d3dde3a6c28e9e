"""电子送达: the applicant opens a one-time link, says code and identity, and takes the result (6.3.4)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.casework.cases.queries import CaseFile, case_by_root, kinds_of
from engine.casework.issuance.electronic.commands import OpenElectronic
from engine.casework.issuance.electronic.handlers import refuse_spent
from engine.casework.issuance.electronic.queries import Link, link_by_token
from engine.casework.issuance.electronic.rules import CodeWrong, LinkLocked, LinkUnknown
from engine.casework.issuance.queries import result_of
from engine.foundation.blobs.queries import usable_uploads
from engine.foundation.blobs.storage import Blobs
from engine.foundation.errors import NotFound, Refusal
from engine.foundation.vault import Vault
from engine.process.documents.queries import document_by_id
from engine.registry.identity.rules import SYSTEM
from web import words
from web.documents import rendered
from web.failures import status_for
from web.page import form_key
from web.security import FILE_POLICY, public
from web.sessions import door, machine_clock
from web.throttle import Throttle

blueprint = Blueprint("edelivery", __name__)

TICKET_HOLDS = timedelta(minutes=30)
"""How long the files may be fetched after the link was opened; then the window is asked."""


class TicketOver(NotFound):
    """下载已超过 30 分钟或网址不完整。如需再次取得，请到综合窗口办理。"""

    code = "TICKET_OVER"


@dataclass(frozen=True)
class Offered:
    """One file of the result with its address."""

    name: str
    size: int | None
    url: str


@blueprint.get("/e/<token>")
@public
def ask(token: str) -> AnyResponse:
    """Say what the link is, and ask for the code and the end of the identity number."""
    try:
        link, case = _found(token)
        refuse_spent(link)
    except Refusal as refusal:
        return _page(None, refusal, status_for(refusal))
    return _page(_about(link, case), None, 200)


@blueprint.post("/e/<token>")
@public
def open_link(token: str) -> AnyResponse:
    """Check the answers; the right ones are the delivery, and the files can be fetched."""
    about = None
    try:
        link, case = _found(token)
        about = _about(link, case)
        command = OpenElectronic(
            root_id=link.root_id, link_id=link.id, code=request.form.get("code", "")[:20],
            tail=request.form.get("tail", "")[:20], reader=str(request.remote_addr),
        )  # fmt: skip
        outcome = door().execute(command, SYSTEM, key=f"e:{form_key()}")
        _refuse_wrong(outcome)
    except Refusal as refusal:
        return _page(about, refusal, 422 if isinstance(refusal, CodeWrong) else status_for(refusal))
    return _page(about, None, 200, _offered(token, link))


@blueprint.get("/e/<token>/files/<name>")
@public
def fetch(token: str, name: str) -> Response:
    """Send one file of the result to whoever has just opened the link."""
    link, _ = _found(token)
    if not _ticket_holds(link, name, request.args.get("t", "")):
        raise TicketOver
    with door().read(SYSTEM) as view:
        made = result_of(view.connection, link.root_id)
        upload = usable_uploads(view.connection, "", link.root_id).get(name)
        document = document_by_id(view.connection, name) if made and made.document_id == name else None
    if document is not None:
        return _file(rendered(document), "application/pdf", f"{document.title}.pdf")
    if upload is None or made is None or name not in made.files:
        raise TicketOver
    return _file(door().part(Blobs).get(upload.digest), upload.media_type, upload.file_name)


def _found(token: str) -> tuple[Link, CaseFile]:
    """Return link and case; raise LinkUnknown or TooManyTries (a token has 192 random bits, a code only twenty)."""
    asked: Throttle = current_app.config["VERIFY_TRIES"]
    name, now = f"e:{request.remote_addr}", machine_clock().now()
    asked.refuse_if_full(name, now)
    asked.note(name, now)
    if not token.isascii() or len(token) > 64:
        raise LinkUnknown
    with door().read(SYSTEM) as view:
        link = link_by_token(view.connection, token)
        return link, case_by_root(view.connection, link.root_id)


def _about(link: Link, case: CaseFile) -> Mapping[str, str]:
    with door().read(SYSTEM) as view:
        kind = kinds_of(view.connection, {case.applicant_id})[case.applicant_id]
    name = words.person_or_firm(kind, case.applicant_name)
    return {"item": case.item_name, "applicant": name, "published": words.local(link.published_at)}


def _refuse_wrong(outcome: Mapping[str, Any]) -> None:
    if outcome["opened"]:
        return
    if "locked_until" in outcome:
        raise LinkLocked(until=outcome["locked_until"])
    raise CodeWrong(left=outcome["left"])


def _offered(token: str, link: Link) -> list[Offered]:
    with door().read(SYSTEM) as view:
        made = result_of(view.connection, link.root_id)
        uploads = usable_uploads(view.connection, "", link.root_id)
        letter = document_by_id(view.connection, made.document_id) if made and made.document_id else None
    expiry = int((machine_clock().now() + TICKET_HOLDS).timestamp())
    offered = [] if letter is None else [(letter.id, f"{letter.title}.pdf", None)]
    listed = [
        (one, uploads[one].file_name, uploads[one].size) for one in (made.files if made else ()) if one in uploads
    ]
    return [
        Offered(name, size, url_for("edelivery.fetch", token=token, name=id, t=_ticket(link, id, expiry)))
        for id, name, size in [*offered, *listed]
    ]


def _ticket(link: Link, name: str, expiry: int) -> str:
    return f"{expiry}.{door().part(Vault).blind_index('e-file', f'{link.id}|{name}|{expiry}')}"


def _ticket_holds(link: Link, name: str, ticket: str) -> bool:
    expiry = ticket.partition(".")[0]
    if link.state != "read" or not (expiry.isascii() and expiry.isdigit() and len(expiry) <= 12):
        return False
    good = hmac.compare_digest(_ticket(link, name, int(expiry)).encode(), ticket.encode("utf-8", "replace"))
    return good and machine_clock().now().timestamp() <= int(expiry)


def _file(content: bytes, media_type: str, name: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def _page(
    about: Mapping[str, str] | None, refusal: Refusal | None, status: int, offered: list[Offered] | None = None
) -> AnyResponse:
    html = render_template("edelivery.html", about=about, refusal=refusal, offered=offered)
    return make_response(html, status)
