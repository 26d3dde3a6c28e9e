"""Granting and revoking roles, lifting pauses, revoking tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.errors import NotFound
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.registry.identity.accounts import queries
from engine.registry.identity.accounts.commands import GrantRole, RevokeRole, RevokeToken, UnlockAccount
from engine.registry.identity.accounts.rules import OwnAccount, refuse_mixed_duties, validity
from engine.registry.identity.handlers import refuse_unknown_place
from engine.registry.identity.queries import AccountUnknown, names_of, person_behind, put_grant
from engine.registry.identity.rules import ROLES
from engine.registry.identity.sessions.queries import end_pauses, end_some
from engine.registry.organisation.queries import departments

GRANTED = tag("account.role_granted", "授予账号 {account} 岗位：{place}{role_name}{days}")
REVOKED = tag("account.role_revoked", "收回账号 {account} 的岗位：{place}{role_name}")
UNLOCKED = tag("account.unlocked", "解除账号 {account} 的登录暂停")
TOKENS_REVOKED = tag("account.tokens_revoked", "收回账号 {account} 的接口令牌 {count} 个")


class MandateUnknown(NotFound):
    """该账号没有这个岗位，或者岗位已经到期，请刷新页面查看。"""

    code = "MANDATE_UNKNOWN"


class TokenUnknown(NotFound):
    """没有这个接口令牌，请刷新页面查看。"""

    code = "TOKEN_UNKNOWN"


def grant(command: GrantRole, unit: Unit) -> Mapping[str, Any]:
    """Give a role, or change how long it holds.

    Raises AccountUnknown, OwnAccount, RoleUnknown, DepartmentUnknown, WrongPlace, AdministratorsApart, InvalidFields.
    """
    person = _anothers(unit, command.account)
    refuse_unknown_place(unit, command.role, command.department)
    held = queries.held_by_person(unit, person)
    refuse_mixed_duties(names_of(unit.connection, {command.account})[command.account], held, [command.role])
    begins, until = validity(command.from_day, command.until_day, unit.now)
    before = queries.mandate(unit.connection, command.account, command.role, command.department)
    if before is not None and before.holds(unit.now):
        begins = before.valid_from  # what holds goes on holding; only its end is set anew
    put_grant(unit, command.account, command.role, command.department, until, begins)
    unit.record(
        GRANTED, _chain(unit, command.account), account=command.account, role=command.role,
        department=command.department, from_day=command.from_day or None, until_day=command.until_day or None,
        role_name=ROLES[command.role], place=_place(unit, command.department),
        days=_days(command.from_day, command.until_day),
    )  # fmt: skip
    return {"account": command.account}


def revoke(command: RevokeRole, unit: Unit) -> Mapping[str, Any]:
    """End a role now; where nothing remains, the sessions end too.  Raises OwnAccount or :class:`MandateUnknown`."""
    _anothers(unit, command.account)
    before = queries.mandate(unit.connection, command.account, command.role, command.department)
    if before is None or before.over(unit.now):
        raise MandateUnknown
    queries.end_grant(unit, command.account, command.role, command.department)
    ended = 0 if queries.holds_any(unit.connection, command.account, unit.now) else end_some(unit, command.account)
    unit.record(
        REVOKED, _chain(unit, command.account), account=command.account, role=command.role,
        department=command.department, ended=ended, role_name=ROLES[command.role],
        place=_place(unit, command.department),
    )  # fmt: skip
    return {"account": command.account, "ended": ended}


def unlock(command: UnlockAccount, unit: Unit) -> Mapping[str, Any]:
    """Let every address try again; raise AccountUnknown or OwnAccount."""
    _anothers(unit, command.account)
    lifted = end_pauses(unit, command.account)
    unit.record(UNLOCKED, _chain(unit, command.account), account=command.account, lifted=lifted)
    return {"account": command.account}


def revoke_token(command: RevokeToken, unit: Unit) -> Mapping[str, Any]:
    """Delete one or all tokens of an account; raise AccountUnknown, OwnAccount or :class:`TokenUnknown`."""
    _anothers(unit, command.account)
    count = queries.drop_tokens(unit, command.account, command.handle)
    if not count:
        raise TokenUnknown
    unit.record(TOKENS_REVOKED, _chain(unit, command.account), account=command.account, count=count)
    return {"account": command.account, "revoked": count}


def _anothers(unit: Unit, account: str) -> str:
    """Return the person behind the account; raise AccountUnknown, or OwnAccount when it is the actor."""
    person = person_behind(unit.connection, account)
    if person is None:
        raise AccountUnknown(account=account)
    if person == unit.actor.person:
        raise OwnAccount
    return person


def _place(unit: Unit, department: str) -> str:
    """Return the department as it is called now: the journal's sentence keeps that name."""
    return departments(unit.connection)[department].short_name


def _days(first: str, last: str) -> str:
    return f"，{first or '即日'}起{f'至 {last}' if last else '，没有截止'}"


def _chain(unit: Unit, account: str) -> str:
    return unit.lock_or_create(f"account:{account}", "account").id


HANDLERS: Mapping[type[Command], Handler] = {
    GrantRole: grant,
    RevokeRole: revoke,
    UnlockAccount: unlock,
    RevokeToken: revoke_token,
}
