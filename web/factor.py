"""The second factor of one's own account: enrol, renew, remove, and recovery codes (RFC 6238; 等保 8.1.4.1).

Nothing here needs a script: the QR code is part of the page, and the secret stands beside it to be typed.  Until it
is confirmed by a code the secret lies in the form only, sealed.
"""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.foundation.errors import InvalidFields, Refusal
from engine.foundation.vault import Vault, token_hash
from engine.registry.identity.factor.commands import EnrolFactor, RemoveFactor, RenewCodes
from engine.registry.identity.factor.queries import digest_of, factor_of
from engine.registry.identity.factor.rules import enrolment_address, matched, new_codes, new_secret, spaced
from engine.registry.identity.sessions.rules import FACTOR
from web.failures import status_for
from web.page import form_key
from web.proving import check_own_password, code_brake, opened_form, sealed_form
from web.qr import qr_svg
from web.security import page
from web.sessions import actor, door, machine_clock, signed_in

blueprint = Blueprint("factor", __name__)

STALE = "这一页已经失效，请用下面新的二维码重新添加。"


@blueprint.get("/me/factor")
@page(action="session.own")
def show() -> AnyResponse:
    """Show how the second factor stands, or how to enrol one."""
    return _page()


@blueprint.post("/me/factor")
@page(action="session.own")
def enrol() -> AnyResponse:
    """Take the secret whose code was shown as the second factor; the recovery codes are shown once."""
    me, form = actor(), request.form
    body = opened_form("enrol", form.get("sealed", ""))
    secret = body["secret"] if body.get("account") == me.account else ""
    brake = code_brake(me.account)
    try:
        if _enrolled():
            check_own_password(me.account, form.get("old", "")[:200])
        brake.refuse()
        step = matched(secret, form.get("code", "")[:20], machine_clock().now(), after=-1) if secret else None
        if step is None:
            brake.note("code")
            raise InvalidFields({"code": _sentence(known=bool(secret))})
        codes = new_codes()
        vault = door().part(Vault)
        digests = tuple(digest_of(vault, me.account, one) for one in codes)
        command = EnrolFactor(sealed=vault.seal(secret), counter=step, codes=digests, keep=_this_session())
        door().execute(command, me, key=form_key())
    except InvalidFields as wrong:
        return _page(secret=secret, errors=wrong.errors, status=422)
    except Refusal as refusal:
        return _page(secret=secret, refusal=refusal, status=status_for(refusal))
    brake.forget()
    return _codes_page(codes, "第二因素已启用")


@blueprint.post("/me/factor/codes")
@page(action="session.own")
def renew_codes() -> AnyResponse:
    """Give new recovery codes in the place of the earlier ones, shown once."""
    me, codes = actor(), new_codes()
    try:
        check_own_password(me.account, request.form.get("old", "")[:200])
        digests = tuple(digest_of(door().part(Vault), me.account, one) for one in codes)
        door().execute(RenewCodes(codes=digests), me, key=form_key())
    except InvalidFields as wrong:
        return _page(errors=wrong.errors, status=422)
    except Refusal as refusal:
        return _page(refusal=refusal, status=status_for(refusal))
    return _codes_page(codes, "恢复码已换发")


@blueprint.post("/me/factor/remove")
@page(action="session.own")
def remove() -> AnyResponse:
    """Remove the second factor, where it is not required."""
    try:
        check_own_password(actor().account, request.form.get("old", "")[:200])
        door().execute(RemoveFactor(keep=_this_session()), actor(), key=form_key())
    except InvalidFields as wrong:
        return _page(errors=wrong.errors, status=422)
    except Refusal as refusal:
        return _page(refusal=refusal, status=status_for(refusal))
    return redirect(url_for("myself.show", done="factor"), 303)


def _enrolled() -> bool:
    with door().read(actor()) as view:
        return factor_of(view.connection, actor().account) is not None


def _sentence(*, known: bool) -> str:
    return "验证码不正确。请输入验证器现在显示的 6 位数字，并核对手机时间是否准确。" if known else STALE


def _this_session() -> str:
    found = signed_in()
    return "" if found is None else token_hash(found.token)


def _page(
    *, secret: str = "", errors: dict[str, str] | None = None, refusal: Refusal | None = None, status: int = 200
) -> AnyResponse:
    me, found = actor(), signed_in()
    with door().read(me) as view:
        factor = factor_of(view.connection, me.account)
    renewing = factor is not None and ("renew" in request.args or "code" in request.form)
    enrolling = factor is None or renewing
    secret = (secret or new_secret()) if enrolling else ""
    html = render_template(
        "my_factor.html", factor=factor, enrolling=enrolling, errors=errors or {}, refusal=refusal,
        sealed=sealed_form("enrol", {"account": me.account, "secret": secret}) if enrolling else "",
        typed=spaced(secret), needs=found is not None and found.kept.needs_factor,
        code=qr_svg(enrolment_address(secret, me.account), title="用手机验证器扫描的二维码") if enrolling else "",
        owed=found is not None and found.kept.owes == FACTOR,
    )  # fmt: skip
    return make_response(html, status)


def _codes_page(codes: list[str], title: str) -> AnyResponse:
    return make_response(render_template("my_codes.html", codes=codes, title=title))
