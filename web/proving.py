"""Proving who one is: the password and the second factor, each with its counted tries.

Two brakes hold (等保 8.1.4.1).  Five wrong tries at one account from one address make that address pause for ten
minutes, and nobody else: no colleague can be locked out by typing wrong passwords.  Twenty wrong tries at one account
from all addresses together make the *unfamiliar* addresses pause, those from which the account has not signed in for
30 days: guessing from many machines is slow, and whoever owns the account still comes in from the own desk.
A failure is written to the account's own access chain; one of an account that is not there takes as long.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app

from engine.foundation.clock import from_utc_text, utc_text
from engine.foundation.errors import InvalidFields, Refusal, Unauthenticated
from engine.foundation.store.unit import Actor
from engine.foundation.tries.queries import count_try, named
from engine.foundation.vault import Vault, VaultLocked, token_hash
from engine.registry.identity.factor.queries import digest_of, factor_of
from engine.registry.identity.factor.rules import WrongCode, is_recovery, matched
from engine.registry.identity.passwords import WrongPassword, check_password
from engine.registry.identity.queries import actor_of, password_hash_of, person_behind
from engine.registry.identity.rules import SYSTEM
from engine.registry.identity.sessions import rules
from engine.registry.identity.sessions.commands import NoteFailedSignIn
from engine.registry.identity.sessions.queries import is_familiar
from engine.registry.policies.queries import figure
from web.sessions import address, door, machine_clock
from web.throttle import Throttle

TICKET_LASTS = timedelta(minutes=5)
"""How long the code may be entered after the password."""


class TicketEnded(Unauthenticated):
    """登录分两步，第二步已超过 5 分钟或者口令刚刚更换，请重新输入账号和口令。"""

    code = "TICKET_ENDED"


@dataclass(frozen=True)
class Brake:
    """The tries at one account, from here and from anywhere."""

    account: str
    known: bool
    familiar: bool
    here: Throttle
    anywhere: Throttle
    pause: timedelta
    now: datetime

    @property
    def _place(self) -> str:
        return rules.at_address(self.account, address())

    def refuse(self) -> None:
        """Raise TooManyTries while this address must wait."""
        self.here.refuse_if_full(self._place, self.now)
        if not self.familiar:
            self.anywhere.refuse_if_full(self.account, self.now)

    def note(self, what: str) -> None:
        """Count one failure and journal it; an unknown account costs as much time and leaves no line."""
        self.here.note(self._place, self.now)
        self.anywhere.note(self.account, self.now)
        current_app.logger.warning("sign-in refused (%s) for %r from %s", what, self.account, address())
        if not self.known:
            with door().housekeeping() as connection:
                count_try(connection, named("sign_in_unknown", address()), self.now)
            return
        until = utc_text(self.now + self.pause) if self.here.is_full(self._place, self.now) else ""
        command = NoteFailedSignIn(account=self.account, address=address(), what=what, paused_until=until)
        door().execute(command, SYSTEM, key=f"sign-in-failed:{uuid.uuid4().hex}")

    def forget(self) -> None:
        """Start again for this address: it has shown who it is."""
        self.here.forget(self._place)


def password_brake(account: str) -> Brake:
    """Return the brake on passwords of ``account``."""
    return _brake(account, rules.TRIES_HERE, rules.TRIES_ANYWHERE)


def code_brake(account: str) -> Brake:
    """Return the brake on codes of ``account``."""
    return _brake(account, rules.CODE_TRIES_HERE, rules.CODE_TRIES_ANYWHERE)


def _brake(account: str, here: str, anywhere: str) -> Brake:
    with door().read(SYSTEM) as view:
        pause = timedelta(minutes=figure(view.connection, "sign_in_pause"))
        most, most_anywhere = (figure(view.connection, key) for key in ("wrong_passwords", "wrong_anywhere"))
        known = person_behind(view.connection, account) is not None
        familiar = is_familiar(view.connection, account, address(), view.now)
    return Brake(
        account, known, familiar, Throttle(door(), here, most, pause), Throttle(door(), anywhere, most_anywhere, pause),
        pause, machine_clock().now(),
    )  # fmt: skip


@dataclass(frozen=True)
class Proved:
    """Who has shown the password, and the ticket for the second step when there is one."""

    actor: Actor
    ticket: str


def prove_password(account: str, password: str) -> Proved:
    """Return whose password this is; raise WrongPassword or TooManyTries."""
    brake = password_brake(account)
    brake.refuse()
    with door().read(SYSTEM) as view:
        hash = password_hash_of(view.connection, account)
    try:
        check_password(hash, password)
    except WrongPassword:
        brake.note("password")
        raise
    brake.forget()
    with door().read(SYSTEM) as view:
        actor = actor_of(view.connection, account, view.now, channel="web")
        has_factor = factor_of(view.connection, account) is not None
    return Proved(actor, _ticket(account, str(hash)) if has_factor else "")


def check_own_password(account: str, password: str, *, field: str = "old") -> None:
    """Ask the password of somebody signed in once more; raise InvalidFields at ``field``, or TooManyTries."""
    brake = password_brake(account)
    brake.refuse()
    with door().read(SYSTEM) as view:
        hash = password_hash_of(view.connection, account)
    try:
        check_password(hash, password)
    except WrongPassword as wrong:
        brake.note("password")
        raise InvalidFields({field: "现在使用的口令不正确，请重新输入。"}) from wrong
    brake.forget()


def second_step(ticket: str, typed: str, let_in: Callable[..., str]) -> str:
    """Check the code or recovery code typed for ``ticket`` and return what ``let_in(actor, …)`` gives.

    ``let_in`` opens the session with the proof, which the door uses up.  Raises TicketEnded, WrongCode, TooManyTries.
    """
    account = _account_of(ticket)
    brake = code_brake(account)
    brake.refuse()
    try:
        proof = proof_of(account, typed)
        with door().read(SYSTEM) as view:
            actor = actor_of(view.connection, account, view.now, channel="web")
        token = let_in(actor, **proof)
    except WrongCode:
        brake.note("code")
        raise
    brake.forget()
    return token


def proof_of(account: str, typed: str) -> dict[str, int | str]:
    """Return what SignIn needs of a typed code: its time step, or a recovery code's digest; raise WrongCode."""
    vault = door().part(Vault)
    if is_recovery(typed):
        return {"recovery": digest_of(vault, account, typed)}
    with door().read(SYSTEM) as view:
        factor = factor_of(view.connection, account)
    if factor is None:
        return {}
    step = matched(vault.unseal(factor.sealed), typed, machine_clock().now(), after=factor.counter)
    if step is None:
        raise WrongCode
    return {"counter": step}


def _ticket(account: str, hash: str) -> str:
    until = utc_text(machine_clock().now() + TICKET_LASTS)
    return sealed_form("sign_in", {"account": account, "until": until, "mark": token_hash(hash)[:16]})


def _account_of(ticket: str) -> str:
    body = opened_form("sign_in", ticket)
    account = str(body.get("account", ""))
    with door().read(SYSTEM) as view:
        hash = password_hash_of(view.connection, account)
    if hash is None or token_hash(hash)[:16] != body["mark"] or machine_clock().now() > from_utc_text(body["until"]):
        raise TicketEnded
    return account


def sealed_form(kind: str, body: dict[str, str]) -> str:
    """Return ``body`` sealed for a hidden field: whoever sends it back can neither read nor change it."""
    return door().part(Vault).seal_json({**body, "kind": kind})


def opened_form(kind: str, text: str) -> dict[str, str]:
    """Return what :func:`sealed_form` sealed for ``kind``, or an empty mapping for anything else."""
    try:
        body = door().part(Vault).unseal_json(text)
    except (VaultLocked, ValueError):
        return {}
    return dict(body) if isinstance(body, dict) and body.get("kind") == kind else {}


def as_refusal(error: Refusal) -> dict[str, str]:
    """Return the errors of a form's fields, or none when the refusal is about no field."""
    return dict(error.errors) if isinstance(error, InvalidFields) else {}
