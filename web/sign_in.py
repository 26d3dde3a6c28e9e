"""Signing in and out, and how the pages look to this person."""

from __future__ import annotations

import hmac
import secrets

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.foundation.errors import Refusal, Unauthenticated
from engine.registry.identity.queries import demo_accounts
from engine.registry.identity.rules import SYSTEM
from engine.registry.organisation.queries import departments
from web import returning, sessions
from web.demo import DEPARTMENT_ROLES, DemoAccounts, sorted_out
from web.page import LOOK_COOKIE, LOOKS
from web.proving import TicketEnded, prove_password, second_step
from web.security import SessionEnded, owed_page, owed_sentence, page, public
from web.sessions import door, signed_in

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
    """Check the password outside any unit, open a session, and go on to the page that was wanted.

    An account with a second factor is asked for its code first.
    """
    account = request.form.get("account", "").strip()[:LONGEST_FIELD]
    resume = request.form.get("resume", "")
    try:
        _refuse_stale()
        proved = prove_password(account, request.form.get("password", "")[:LONGEST_FIELD])
        if proved.ticket:
            return _code_page(proved.ticket)
        token = sessions.open_session(proved.actor)
    except Refusal as refusal:
        from web.failures import status_for  # imported late: failures shows this page

        return page_for(status=status_for(refusal), account=account, refusal=refusal, resume=resume)
    return _let_in(token)


@blueprint.post("/sign-in/code")
@public
def second() -> AnyResponse:
    """Check the code of the second factor, or a recovery code, and open the session."""
    ticket, resume = request.form.get("ticket", ""), request.form.get("resume", "")
    from web.failures import status_for  # imported late: failures shows this page

    try:
        _refuse_stale()
        token = second_step(ticket, request.form.get("code", "")[:LONGEST_FIELD], sessions.open_session)
    except TicketEnded as ended:
        return page_for(status=401, refusal=ended, resume=resume)
    except Refusal as refusal:
        return _code_page(ticket, refusal=refusal, status=status_for(refusal))
    return _let_in(token)


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


def _let_in(token: str) -> AnyResponse:
    """Go on in the new session: to what it owes first, to what was typed before, or to the page that was wanted."""
    onward = owed_page() or _onward(request.form.get("next", ""))
    response: AnyResponse = _resumed(request.form.get("resume", "")) or redirect(onward, 303)
    sessions.give_cookie(response, token)
    response.delete_cookie(DOOR_COOKIE, path="/")
    return response


def _code_page(ticket: str, *, refusal: Refusal | None = None, status: int = 200) -> Response:
    """Return the page that asks for the code; the password need not be typed again while the ticket lasts."""
    wanted, resume = request.form.get("next", ""), request.form.get("resume", "")
    html = render_template(
        "sign_in_code.html", ticket=ticket, refusal=refusal, resume=resume,
        door_token=request.cookies.get(DOOR_COOKIE, ""), next=wanted if returning.is_own(wanted) else "",
    )  # fmt: skip
    return make_response(html, status)


def _refuse_stale() -> None:
    wanted, given = request.cookies.get(DOOR_COOKIE, ""), request.form.get("_door", "")
    if not wanted or not hmac.compare_digest(wanted.encode(), given.encode()):
        raise StaleSignIn


def _resumed(resume: str) -> Response | None:
    """Return the page that gives back what was typed, or None when nothing was."""
    typed = returning.unpacked(resume) if resume else None
    if typed is None:
        return None
    return returning.page_with(typed, sentence=f"您已重新登录。{owed_sentence()}", owed=owed_page())


def _onward(wanted: str) -> str:
    return wanted if wanted and returning.is_own(wanted) else url_for("inbox.show")


def _demo_accounts() -> DemoAccounts | None:
    if not current_app.config["DEMO"]:
        return None
    with door().read(SYSTEM) as view:
        return sorted_out(demo_accounts(view.connection), departments(view.connection))
