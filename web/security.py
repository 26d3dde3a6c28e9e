"""Who may open which page, forms from elsewhere refused, and the headers of every answer.

A view says what it needs with :func:`page` or :func:`public`; one that says nothing is refused to everybody, so a
forgotten permission shows at once.  The check stands before every view, not in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from engine.foundation.errors import Forbidden, Unauthenticated
from engine.registry.identity.rules import may
from engine.registry.identity.sessions.rules import FACTOR, PASSWORD
from web.sessions import csrf_holds, door, note_use, signed_in

View = TypeVar("View", bound=Callable[..., Any])

OWED = {
    PASSWORD: ("myself.password", "myself.change_password"),
    FACTOR: ("factor.show", "factor.enrol"),
}
"""What a session may open that owes a new password or a second factor: the page where it gives it, and no other."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SELF_GUARDED = frozenset({"api"})
"""Blueprints that check their callers themselves: the API knows tokens, not cookies."""

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
FILE_POLICY = "default-src 'none'; sandbox"
"""For uploaded files: even one that a browser would show can run nothing and reach nobody."""

DOCUMENT_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""For our own PDF files, which a browser shows in a viewer of its own making."""


class AccessUndeclared(Forbidden):
    """这个页面没有声明访问权限，暂不能打开。请联系系统管理员。"""

    code = "ACCESS_UNDECLARED"


class CrossSite(Forbidden):
    """这次提交来自其他网站，已拒绝。请从本系统的页面办理。"""

    code = "CROSS_SITE"


class SessionEnded(Unauthenticated):
    """30 分钟未操作，须重新登录。您填写的内容还没有提交，但保留在本页；登录后请核对，再由您提交。"""

    code = "SESSION_ENDED"


class FormOfAnotherSession(Unauthenticated):
    """这个页面是另一次登录时打开的。您填写的内容还没有提交，请核对后继续。"""

    code = "FORM_OF_ANOTHER_SESSION"


class OwesPassword(Forbidden):
    """须先修改口令，才能办理其他事项。请打开“修改口令”。"""

    code = "OWES_PASSWORD"


class OwesFactor(Forbidden):
    """您的岗位须使用第二因素，请先启用，再办理其他事项。"""

    code = "OWES_FACTOR"


@dataclass(frozen=True)
class Access:
    """What a view asks of its visitor: an action of the permission table, or nothing at all."""

    action: str | None
    by_token: bool = False
    """The address itself is the right, by a token that nobody guesses: no cookie is asked, so none can be misused."""


def page(*, action: str) -> Callable[[View], View]:
    """Mark a view: only a signed-in person whose roles allow ``action`` may open it."""

    def mark(view: View) -> View:
        view.yc_access = Access(action)  # type: ignore[attr-defined]  # a function carries its own mark
        return view

    return mark


def public(view: View) -> View:
    """Mark a view that everybody may open."""
    view.yc_access = Access(None)  # type: ignore[attr-defined]  # a function carries its own mark
    return view


def by_token(view: View) -> View:
    """Mark a view that whoever knows its address may open, and send a form to: the address holds a secret token."""
    view.yc_access = Access(None, by_token=True)  # type: ignore[attr-defined]  # a function carries its own mark
    return view


def access_of(view: Callable[..., Any]) -> Access | None:
    """Return what a view asks, or None when it says nothing."""
    found: Access | None = getattr(view, "yc_access", None)
    return found


def guard() -> AnyResponse | None:
    """Refuse the request unless its view's permission, and for a form its token, are there.

    A session that owes something first is led there.
    """
    if request.endpoint is None or request.blueprint in SELF_GUARDED:
        return None
    access = access_of(current_app.view_functions[request.endpoint])
    if access is None:
        raise AccessUndeclared
    changes = request.method not in SAFE_METHODS
    if changes:
        if request.mimetype != "multipart/form-data":
            # Werkzeug reads such a body whole into memory: only a form with files may be as large as files are.
            request.max_content_length = request.max_form_memory_size
        if not access.by_token:
            # A page that sends no referrer sends the origin "null" too: an old telephone would be refused.
            refuse_cross_site()
    if access.action is None:
        return None
    _refuse_stranger(access.action, changes=changes)
    note_use()
    return _led_to_what_is_owed(changes=changes)


def owed_page() -> str:
    """Return the page where this session gives what it owes; an empty text when it owes nothing."""
    found = signed_in()
    return url_for(OWED[found.kept.owes][0]) if found is not None and found.kept.owes else ""


def owed_sentence() -> str:
    """Return what this session owes, as a sentence; an empty text when it owes nothing."""
    found = signed_in()
    return _owing(found.kept.owes).sentence if found is not None and found.kept.owes else ""


def _owing(owes: str) -> OwesPassword | OwesFactor:
    return OwesPassword() if owes == PASSWORD else OwesFactor()


def _led_to_what_is_owed(*, changes: bool) -> AnyResponse | None:
    found = signed_in()
    owes = "" if found is None else found.kept.owes
    if not owes or request.endpoint in (*OWED[owes], "sign_in.sign_out"):
        return None
    if changes or request.headers.get("HX-Request") == "true":
        raise _owing(owes)
    return redirect(owed_page(), 303)


def refuse_cross_site() -> None:
    """Refuse a form that another site's page sent (a second lock beside the token and the cookie's SameSite)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        foreign = site not in ("same-origin", "none")
    else:
        origin = request.headers.get("Origin")
        foreign = origin is not None and urlsplit(origin).netloc != request.host
    if foreign:
        raise CrossSite


def add_headers(response: Response) -> Response:
    """Put the security headers on every answer; an answer's own policy and caching stay."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers.setdefault("Referrer-Policy", "same-origin")
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint == "static":
        marked = "v" in request.args or "/dist/assets/" in request.path
        headers["Cache-Control"] = "public, max-age=31536000, immutable" if marked else "no-cache"
    elif request.blueprint not in SELF_GUARDED:
        headers["Cache-Control"] = "no-store"
    return response


def protect(app: Flask) -> None:
    """Put guard and headers on ``app``; call it once."""
    public(app.view_functions["static"])
    app.before_request(guard)
    app.after_request(add_headers)


def _refuse_stranger(action: str, *, changes: bool) -> None:
    found = signed_in()
    if found is None:
        raise SessionEnded
    if changes and not csrf_holds():
        raise FormOfAnotherSession
    if not may(found.actor, action):
        # Asked of the door, so that the refusal stands in the person's own access journal.
        with door().read(found.actor, action=action):
            pass
