"""Signing in and out, and how the pages look to this person."""

from __future__ import annotations

import hmac
import secrets

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.foundation.errors import Refusal, Unauthenticated
from engine.foundation.store.unit import Actor
from engine.registry.identity.passwords import WrongPassword, check_password
from engine.registry.identity.queries import actor_of, demo_accounts, password_hash_of
from engine.registry.identity.rules import SYSTEM
from engine.registry.organisation.queries import departments
from web import returning, sessions
from web.demo import DEPARTMENT_ROLES, DemoAccounts, sorted_out
from web.page import LOOK_COOKIE, LOOKS
from web.security import SessionEnded, page, public
from web.sessions import door, machine_clock, signed_in
from web.throttle import Throttle

blueprint = Blueprint("sign_in", __name__)

DOOR_COOKIE = "yc-door"
LONGEST_FIELD = 200


class StaleSignIn(Unauthenticated):
    """登录页面已过期，请再按一次“登录”。"""

    code = "STALE_SIGN_IN"


@blueprint.get("/sign-in")
@public
def show() -> AnyResponse:
    """Show the sign-in form; who is signed in already goes on."""
    if signed_in() is not None:
        return redirect(_onward(request.args.get("next", "")))
    return page_for(status=200, account=request.args.get("account", "")[:LONGEST_FIELD])


@blueprint.post("/sign-in")
@public
def sign_in() -> AnyResponse:
    """Check the password outside any unit, open a session, and go on to the page that was wanted."""
    account = request.form.get("account", "").strip()[:LONGEST_FIELD]
    resume = request.form.get("resume", "")
    try:
        _refuse_stale()
        actor = _proved(account, request.form.get("password", "")[:LONGEST_FIELD])
    except Refusal as refusal:
        from web.failures import status_for  # imported late: failures shows this page

        return page_for(status=status_for(refusal), account=account, refusal=refusal, resume=resume)
    token = sessions.open_session(actor)
    response: AnyResponse = _resumed(resume) or redirect(_onward(request.form.get("next", "")), 303)
    sessions.give_cookie(response, token)
    response.delete_cookie(DOOR_COOKIE, path="/")
    return response


@blueprint.post("/sign-out")
@page(action="session.own")
def sign_out() -> AnyResponse:
    """End the session."""
    found = signed_in()
    if found is not None:
        sessions.end_session(found)
    response = redirect(url_for("sign_in.show"), 303)
    sessions.take_cookie(response)
    return response


@blueprint.post("/look")
@public
def look() -> AnyResponse:
    """Keep the chosen look (standard, large type, high contrast) in a cookie of this browser."""
    chosen = request.form.get("look", "")
    back = request.form.get("back", "")
    response = redirect(back if returning.is_own(back) else url_for("inbox.show"), 303)
    if chosen in LOOKS:
        response.set_cookie(
            LOOK_COOKIE, chosen, max_age=365 * 86400, path="/", secure=request.is_secure, httponly=True, samesite="Lax"
        )
    return response


def page_for(*, status: int, account: str = "", refusal: Refusal | None = None, resume: str = "") -> Response:
    """Return the sign-in page; ``resume`` carries what was typed before the session ended."""
    token = request.cookies.get(DOOR_COOKIE, "") or secrets.token_urlsafe(24)
    wanted = request.values.get("next", "")
    html = render_template(
        "sign_in.html", account=account, refusal=refusal, resume=resume, door_token=token,
        ended=isinstance(refusal, SessionEnded),
        next=wanted if returning.is_own(wanted) else "", accounts=_demo_accounts(),
        department_roles=DEPARTMENT_ROLES,
        password=current_app.config["DEMO_PASSWORD"],
    )  # fmt: skip
    response = make_response(html, status)
    # The cookie and the field agree only in a page of ours: nobody can sign a person in from elsewhere.
    response.set_cookie(DOOR_COOKIE, token, path="/", secure=request.is_secure, httponly=True, samesite="Lax")
    return response


def _refuse_stale() -> None:
    wanted, given = request.cookies.get(DOOR_COOKIE, ""), request.form.get("_door", "")
    if not wanted or not hmac.compare_digest(wanted.encode(), given.encode()):
        raise StaleSignIn


def _proved(account: str, password: str) -> Actor:
    """Return the actor whose password this is; raise WrongPassword or TooManyTries."""
    tries: Throttle = current_app.config["SIGN_IN_TRIES"]
    name, now = f"{account}@{request.remote_addr}", machine_clock().now()
    tries.refuse_if_full(name, now)
    with door().read(SYSTEM) as view:
        hash = password_hash_of(view.connection, account)
    try:
        check_password(hash, password)
    except WrongPassword:
        tries.note(name, now)
        current_app.logger.warning("sign-in refused for %r from %s", account, request.remote_addr)
        raise
    tries.forget(name)
    with door().read(SYSTEM) as view:
        return actor_of(view.connection, account, view.now, channel="web")


def _resumed(resume: str) -> Response | None:
    """Return the page that gives back what was typed, or None when nothing was."""
    typed = returning.unpacked(resume) if resume else None
    if typed is None:
        return None
    return make_response(render_template("resume.html", typed=typed, sentence="您已重新登录。"))


def _onward(wanted: str) -> str:
    return wanted if wanted and returning.is_own(wanted) else url_for("inbox.show")


def _demo_accounts() -> DemoAccounts | None:
    if not current_app.config["DEMO"]:
        return None
    with door().read(SYSTEM) as view:
        return sorted_out(demo_accounts(view.connection), departments(view.connection))
