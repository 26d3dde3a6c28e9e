"""手机拍照, on the telephone: whoever scanned the code sends photographs of one material; nobody signs in.

The token in the address is the right, and the only one: no cookie is asked.  What was sent is not shown again, only
its number and size: the code may have been seen by others at the counter.  The camera's remarks, above all the place,
are taken out before anything is stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from engine.foundation.blobs.checks import FileCheck, checks_of
from engine.foundation.blobs.metadata import PictureDamaged, without_metadata
from engine.foundation.blobs.rules import (
    MAX_BYTES,
    FileBroken,
    FileEmpty,
    FileTooLarge,
    admit,
    safe_name,
    sm3_of,
    sniff,
)
from engine.foundation.blobs.storage import Blobs
from engine.foundation.clock import CITY
from engine.foundation.errors import Invalid, Refusal, TooLarge
from engine.process.tasks.phone.commands import ReceivePhoto, RemovePhoto
from engine.process.tasks.phone.queries import files_of, link_by_token
from engine.process.tasks.phone.rules import (
    KINDS,
    PhoneFile,
    PhoneKind,
    PhoneLink,
    PhoneLinkGone,
    mask_address,
    refuse_gone,
)
from engine.registry.identity.rules import SYSTEM
from engine.registry.policies.queries import figure
from web.failures import status_for
from web.page import form_key
from web.security import by_token
from web.sessions import door, machine_clock
from web.throttle import Throttle

blueprint = Blueprint("phone", __name__)

MOST_BYTES = 5 * MAX_BYTES + 1024 * 1024
"""One sending: a dozen photographs of today's telephones, or five of the largest files."""
MOST_FILES = 20
LONGEST_TOKEN = 64


class NothingSent(Invalid):
    """没有收到照片。请先拍照或选择照片，再按“发送”；网络中断的，请再发送一次。"""

    code = "NOTHING_SENT"


class SendingTooLarge(TooLarge):
    """这次发送的照片合计超过 100 MB，没有收下。请分几次发送，每次几张。"""

    code = "SENDING_TOO_LARGE"


@dataclass(frozen=True)
class Sent:
    """What the telephone is told: the link, what came in by it, and how many more may."""

    link: PhoneLink
    files: list[PhoneFile]
    checks: Mapping[str, FileCheck]
    left: int

    @property
    def until(self) -> str:
        """The minute the link ends by itself, in the city."""
        return self.link.expires_at.astimezone(CITY).strftime("%H:%M")


@blueprint.after_request
def keep_address(response: Response) -> Response:
    """Let the address, which is the right, be told to nobody, whatever the answer is."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/p/<token>")
@by_token
def show(token: str) -> AnyResponse:
    """Say which material the photograph is of, and what has come in already."""
    try:
        return _page(token, _found(token), [], 200)
    except PhoneLinkGone as refusal:
        return _gone(refusal)


@blueprint.post("/p/<token>")
@by_token
def send(token: str) -> AnyResponse:
    """Take the photographs that were sent, or take one back."""
    try:
        return _carry_out(token, _found(token))
    except PhoneLinkGone as refusal:
        return _gone(refusal)


def _carry_out(token: str, link: PhoneLink) -> AnyResponse:
    request.max_content_length = MOST_BYTES
    try:
        word, _, number = _act().partition(":")
        if word == "remove":
            _remove(link, number)
            return redirect(url_for("phone.show", token=token, removed=1), 303)
        count, refusals = _receive(link)
    except PhoneLinkGone:
        raise
    except Refusal as refusal:
        return _page(token, link, [refusal], status_for(refusal))
    if refusals:
        return _page(token, link, refusals, max(status_for(one) for one in refusals))
    return redirect(url_for("phone.show", token=token, sent=count), 303)


def _found(token: str) -> PhoneLink:
    """Return the link that ``token`` opens now; raise PhoneLinkGone, or TooManyTries.

    Wrong tokens count against their address, good ones against themselves: a whole waiting room may share one address.
    """
    link = None
    with door().read(SYSTEM) as view:
        if token.isascii() and len(token) <= LONGEST_TOKEN:
            link = link_by_token(view.connection, token)
        now = view.now
    good = link is not None and link.open_at(now)
    tries: Throttle = current_app.config["PHONE_TRIES" if good else "PHONE_WRONG"]
    name, moment = link.id if link is not None and good else str(request.remote_addr), machine_clock().now()
    tries.refuse_if_full(name, moment)
    tries.note(name, moment)
    return refuse_gone(link, now)


def _act() -> str:
    try:
        return request.form.get("_act", "")[:40]
    except RequestEntityTooLarge as error:
        raise SendingTooLarge from error


def _remove(link: PhoneLink, number: str) -> None:
    chosen = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
    command = RemovePhoto(
        root_id=link.root_id, link_id=link.id, number=chosen, address=mask_address(str(request.remote_addr))
    )
    door().execute(command, SYSTEM, key=f"p:{form_key()}:{chosen}")


def _receive(link: PhoneLink) -> tuple[int, list[Refusal]]:
    """Take each file for itself: one that cannot be taken does not hold up the others."""
    files = [file for file in request.files.getlist("photo") if file.filename]
    if not files:
        raise NothingSent
    refusals: list[Refusal] = []
    for file in files[:MOST_FILES]:
        try:
            _store(link, file)
        except PhoneLinkGone:
            raise
        except Refusal as refusal:
            refusals.append(refusal)
    return len(files) - len(refusals), refusals


def _store(link: PhoneLink, file: FileStorage) -> None:
    name, sent = safe_name(file.filename or ""), file.read()
    content, media_type = _admitted(name, sent)
    digest = door().part(Blobs).put(content)
    command = ReceivePhoto(
        root_id=link.root_id, link_id=link.id, digest=digest, media_type=media_type, size=len(content),
        sm3=sm3_of(content), sent_sha256=hashlib.sha256(sent).hexdigest(),
        address=mask_address(str(request.remote_addr)),
    )  # fmt: skip
    door().execute(command, SYSTEM, key=f"p:{form_key()}:{digest[:32]}")


def _admitted(name: str, content: bytes) -> tuple[bytes, str]:
    """Return content (without the camera's remarks) and kind of a file.

    Its kind decides, not its name: telephones call a JPEG ``image.heic``.  Raises PhoneKind, FileEmpty, FileTooLarge
    or FileBroken.
    """
    if not content:
        raise FileEmpty(name=name)
    if len(content) > MAX_BYTES:
        raise FileTooLarge(name=name)
    found = sniff(content)
    if found is None or found.media_type not in KINDS:
        raise PhoneKind(name=name)
    stem = name.rpartition(".")[0] or name
    admit(f"{stem}{KINDS[found.media_type]}", content)
    try:
        return without_metadata(found.media_type, content), found.media_type
    except PictureDamaged as error:
        raise FileBroken(name=name, why="文件不完整或已损坏") from error


def _page(token: str, link: PhoneLink, refusals: list[Refusal], status: int) -> AnyResponse:
    with door().read(SYSTEM) as view:
        files = files_of(view.connection, [link.id]).get(link.id, [])
        kept = [file for file in files if file.state != "removed"]
        checks = checks_of(view.connection, [file.digest for file in kept])
        left = figure(view.connection, "phone_link_files") - len(files)
    sent = Sent(link, kept, checks, left)
    html = render_template("phone.html", sent=sent, token=token, refusals=refusals, said=_said())
    return make_response(html, status)


def _said() -> str:
    if request.method == "GET" and "removed" in request.args:
        return "已删除"
    count = request.args.get("sent", "")
    good = request.method == "GET" and count.isascii() and count.isdigit() and len(count) < 4
    return f"已发送 {int(count)} 个文件" if good else ""


def _gone(refusal: Refusal) -> AnyResponse:
    """Answer every link that cannot be used with one and the same page."""
    return make_response(render_template("phone_gone.html", refusal=refusal), status_for(refusal))
