"""The browser's session: a random token in a cookie, of which only the hash is kept, in a row of its own.

A session ends after 30 minutes without use and after 12 hours at the latest (等保 8.1.4.1; policies session_idle and
session_longest).  Both are counted by the machine's clock, so that moving the demonstration's clock signs nobody out.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, g, request
from werkzeug.wrappers import Response

from engine.door import Door
from engine.foundation.clock import Clock, utc_text
from engine.foundation.errors import Unauthenticated
from engine.foundation.store.unit import Actor
from engine.foundation.vault import token_hash
from engine.registry.identity.commands import SignIn, SignOut
from engine.registry.identity.rules import SYSTEM
from engine.registry.identity.sessions.queries import OpenSession, session_of, touch_session
from engine.registry.identity.sessions.rules import short_agent
from engine.registry.policies.queries import figure

CSRF_HEADER = "X-CSRF-Token"
"""What carries the token beside JSON, which has no hidden field.  No other site's page can set it without our leave."""
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class SignedIn:
    """The session of this request."""

    token: str
    kept: OpenSession

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.kept.actor


def door() -> Door:
    """Return the door of this application."""
    found: Door = current_app.config["DOOR"]
    return found


def machine_clock() -> Clock:
    """Return the clock by which sessions end."""
    found: Clock = current_app.config["MACHINE_CLOCK"]
    return found


def cookie_name() -> str:
    """Return the cookie's name: the browser itself guards the prefix ``__Host-``, which needs https."""
    return "__Host-yc" if request.is_secure else "yc"


def signed_in() -> SignedIn | None:
    """Return the session of this request, or None; looked up once."""
    if "signed_in" not in g:
        g.signed_in = _look_up(request.cookies.get(cookie_name(), ""))
    found: SignedIn | None = g.signed_in
    return found


def actor() -> Actor:
    """Return who acts in this request; raise Unauthenticated when nobody is signed in."""
    found = signed_in()
    if found is None:
        raise Unauthenticated
    return found.actor


def csrf_token() -> str:
    """Return the token that every form of this session carries; empty when nobody is signed in."""
    found = signed_in()
    return "" if found is None else found.kept.csrf


def csrf_holds() -> bool:
    """Tell whether the posted form, or what a script of one of our pages sends, was made for this session."""
    wanted, given = csrf_token(), request.form.get("_csrf", "") or request.headers.get(CSRF_HEADER, "")
    return bool(wanted) and hmac.compare_digest(wanted.encode(), given.encode())


def open_session(actor: Actor, *, counter: int = 0, recovery: str = "") -> str:
    """Open a session for ``actor`` and return its token, always a new one; an older one of this browser ends.

    ``counter`` or ``recovery`` prove the second factor (see SignIn).  The rest of this request is answered in the new
    session.  Raises SecondFactorNeeded or WrongCode.
    """
    before = signed_in()
    token = secrets.token_urlsafe(32)
    hash = token_hash(token)
    now = machine_clock().now()
    with door().read(SYSTEM) as view:
        longest = timedelta(hours=figure(view.connection, "session_longest"))
    command = SignIn(
        token_hash=hash, csrf=secrets.token_hex(24), ends_at=utc_text(now + longest), machine_now=utc_text(now),
        address=address(), agent=short_agent(request.user_agent.string), counter=counter, recovery=recovery,
    )  # fmt: skip
    door().execute(command, actor, key=f"sign-in:{hash}")
    if before is not None:
        end_session(before)
    g.signed_in = _look_up(token)
    return token


def address() -> str:
    """Return the address this request came from, as it is written into rows and journals."""
    return (request.remote_addr or "")[:45]


def end_session(found: SignedIn) -> None:
    """End a session: its row is gone, so the cookie opens nothing any more."""
    hash = token_hash(found.token)
    door().execute(SignOut(token_hash=hash), found.actor, key=f"sign-out:{hash}")


def give_cookie(response: Response, token: str) -> None:
    """Put the session's token into the browser; it goes when the browser is closed."""
    response.set_cookie(cookie_name(), token, path="/", secure=request.is_secure, httponly=True, samesite="Lax")


def take_cookie(response: Response) -> None:
    """Take the session's token out of the browser."""
    response.delete_cookie(cookie_name(), path="/", secure=request.is_secure, httponly=True, samesite="Lax")


def note_use() -> None:
    """Note that a person uses the session; a page that only refreshes itself does not keep it alive."""
    found = signed_in()
    if found is None or request.args.get("poll") == "1":
        return
    if machine_clock().now() - found.kept.seen_at > TOUCH_EVERY:
        _touch(found.token)


def _look_up(token: str) -> SignedIn | None:
    """Return the session that ``token`` opens, or None when it has ended."""
    if not token:
        return None
    now = machine_clock().now()
    with door().read(SYSTEM) as view:
        try:
            kept = session_of(view.connection, token, machine_now=now, now=view.now)
            idle = timedelta(minutes=figure(view.connection, "session_idle"))
        except Unauthenticated:
            # The account was disabled while the session was open.
            return None
    if kept is None or now - kept.seen_at > idle:
        return None
    return SignedIn(token, kept)


def _touch(token: str) -> None:
    with door().housekeeping() as connection:
        touch_session(connection, token, machine_clock().now())
