"""我的账号: who I am, when I signed in last, my password, my sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.foundation.errors import InvalidFields, Refusal
from engine.foundation.vault import token_hash
from engine.registry.identity.accounts.queries import account_file
from engine.registry.identity.commands import ChangePassword
from engine.registry.identity.factor.queries import factor_of
from engine.registry.identity.passwords import PasswordWeak, chosen_hash
from engine.registry.identity.queries import past_hashes
from engine.registry.identity.reading import Reading
from engine.registry.identity.rules import SYSTEM
from engine.registry.identity.sessions.commands import EndOwnSessions
from engine.registry.identity.sessions.queries import OpenSession, sessions_of
from engine.registry.identity.sessions.rules import PASSWORD, days_left
from engine.registry.organisation.queries import departments
from engine.registry.policies.queries import figure
from web.failures import status_for
from web.page import form_key
from web.proving import check_own_password
from web.security import page
from web.sessions import SignedIn, actor, door, machine_clock, signed_in

blueprint = Blueprint("myself", __name__)

TOLD_COOKIE = "yc-told"


@dataclass(frozen=True)
class SignInNotes:
    """What a person is told after signing in (等保: 登录成功显示上次登录)."""

    at: datetime | None
    address: str
    failed: int
    ended: int
    most: int
    days_left: int | None
    """In how many days the password ends, when that is soon."""


@blueprint.get("/me")
@page(action="session.own")
def show() -> AnyResponse:
    """Show the account of whoever asks."""
    return _page()


@blueprint.get("/me/password")
@page(action="session.own")
def password() -> AnyResponse:
    """Ask the old and the new password."""
    return _password_page()


@blueprint.post("/me/password")
@page(action="session.own")
def change_password() -> AnyResponse:
    """Change the password; every other session ends."""
    me = actor()
    old, new, again = (request.form.get(name, "") for name in ("old", "new", "again"))
    try:
        check_own_password(me.account, old[:200])
        if new != again:
            raise InvalidFields({"again": "两次输入的新口令不一致，请重新输入。"})
        with door().read(SYSTEM) as view:
            past = past_hashes(view.connection, me.account)
            most, least = (figure(view.connection, key) for key in ("password_past", "password_length"))
        hashed = chosen_hash(new, account=me.account, name=me.name, past=past, most=most, least=least)
        door().execute(ChangePassword(password_hash=hashed, keep=_this_session()), me, key=form_key())
    except InvalidFields as wrong:
        return _password_page(wrong.errors, status=422)
    except PasswordWeak as weak:
        return _password_page({"new": weak.sentence}, status=422)
    except Refusal as refusal:
        return _password_page({}, refusal=refusal, status=status_for(refusal))
    return redirect(url_for("myself.show", done="password"), 303)


@blueprint.post("/me/sessions/end")
@page(action="session.own")
def end_sessions() -> AnyResponse:
    """End one of the person's other sessions, or all of them."""
    command = EndOwnSessions(keep=_this_session(), handle=request.form.get("handle", "")[:16])
    try:
        door().execute(command, actor(), key=form_key())
    except Refusal as refusal:
        return _page(refusal=refusal)
    return redirect(url_for("myself.show", done="sessions"), 303)


def sign_in_notes(view: Reading) -> SignInNotes | None:
    """Return what this session's person is told after signing in."""
    found = signed_in()
    if found is None:
        return None
    kept: OpenSession = found.kept
    left = days_left(kept.password_ends, view.now, figure(view.connection, "password_warn"))
    most = figure(view.connection, "sessions_most")
    return SignInNotes(kept.previous_at, kept.previous_address, kept.failed_before, kept.ended_before, most, left)


def was_told() -> bool:
    """Tell whether this session's person has seen the warnings already: they stand on 我的账号 for the second look."""
    return request.cookies.get(TOLD_COOKIE, "") == _this_session()[:16]


def note_told(answer: Response) -> Response:
    """Remember in the browser that this session's warnings were shown."""
    if not was_told():
        answer.set_cookie(
            TOLD_COOKIE, _this_session()[:16], secure=request.is_secure, httponly=True, samesite="Lax", path="/"
        )
    return answer


def _this_session() -> str:
    found = signed_in()
    return "" if found is None else token_hash(found.token)


def _page(*, refusal: Refusal | None = None) -> AnyResponse:
    found: SignedIn | None = signed_in()
    machine_now = machine_clock().now()
    with door().read(actor()) as view:
        me = account_file(view.connection, actor().account)
        idle = timedelta(minutes=figure(view.connection, "session_idle"))
        rows = sessions_of(view.connection, me.id, machine_now=machine_now, idle=idle)
        factor = factor_of(view.connection, me.id)
        notes = sign_in_notes(view)
        html = render_template(
            "myself.html", account=me, now=view.now, rows=rows, this=_this_session(), factor=factor, notes=notes,
            needs=found is not None and found.kept.needs_factor,
            ends=None if found is None else found.kept.password_ends,
            places=departments(view.connection), done=request.args.get("done", ""), refusal=refusal,
        )  # fmt: skip
    return make_response(html, status_for(refusal) if refusal else 200)


def _password_page(
    errors: dict[str, str] | None = None, *, refusal: Refusal | None = None, status: int = 200
) -> AnyResponse:
    found = signed_in()
    with door().read(SYSTEM) as view:
        past, least = (figure(view.connection, key) for key in ("password_past", "password_length"))
        me = account_file(view.connection, actor().account)
    html = render_template(
        "my_password.html", errors=errors or {}, refusal=refusal, past=past, least=least, initial=me.must_change,
        owed=found is not None and found.kept.owes == PASSWORD,
    )  # fmt: skip
    return make_response(html, status)
