"""Ending sessions, and noting sign-ins that failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.clock import from_utc_text
from engine.foundation.errors import NotFound
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.registry.identity.accounts.rules import OwnAccount
from engine.registry.identity.queries import person_behind
from engine.registry.identity.sessions import queries
from engine.registry.identity.sessions.commands import EndOwnSessions, EndSessions, NoteFailedSignIn

ENDED = tag("account.sessions_ended", "结束账号 {account} 的会话 {count} 个")
FAILED = tag("access.sign_in_failed", "从 {address} 登录失败：{what}")
PAUSED = tag("access.sign_in_paused", "从 {address} 连续登录失败，暂停该地址登录")

_WHAT = {"password": "口令不正确", "code": "验证码不正确"}


class SessionGone(NotFound):
    """这个会话已经结束，请刷新页面查看。"""

    code = "SESSION_GONE"


def end_sessions(command: EndSessions, unit: Unit) -> Mapping[str, Any]:
    """End one or all sessions of an account; raise AccountUnknown, OwnAccount or :class:`SessionGone`."""
    queries.known_account(unit.connection, command.account)
    if person_behind(unit.connection, command.account) == unit.actor.person:
        raise OwnAccount
    return _ended(unit, command.account, command.handle, keep="")


def end_own_sessions(command: EndOwnSessions, unit: Unit) -> Mapping[str, Any]:
    """End one of the actor's sessions, or all but the one at hand; raise :class:`SessionGone`."""
    return _ended(unit, unit.actor.account, command.handle, keep=command.keep)


def note_failed_sign_in(command: NoteFailedSignIn, unit: Unit) -> Mapping[str, Any]:
    """Write the failure to the account's own access chain and count it; an account nobody knows leaves nothing."""
    if person_behind(unit.connection, command.account) is None:
        return {"known": False}
    until = from_utc_text(command.paused_until) if command.paused_until else None
    queries.count_failure(unit, command.account, command.address, until)
    chain = unit.lock_or_create(f"access:{command.account}", "access").id
    unit.record(FAILED, chain, account=command.account, address=command.address, what=_WHAT[command.what])
    if until is not None:
        unit.record(PAUSED, chain, account=command.account, address=command.address, until=command.paused_until)
    return {"known": True}


def _ended(unit: Unit, account: str, handle: str, *, keep: str) -> Mapping[str, Any]:
    count = queries.end_some(unit, account, handle=handle, keep=keep)
    if handle and not count:
        raise SessionGone
    if count:
        chain = unit.lock_or_create(f"account:{account}", "account").id
        unit.record(ENDED, chain, account=account, count=count, handle=handle)
    return {"ended": count}


HANDLERS: Mapping[type[Command], Handler] = {
    EndSessions: end_sessions,
    EndOwnSessions: end_own_sessions,
    NoteFailedSignIn: note_failed_sign_in,
}
