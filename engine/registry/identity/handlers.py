"""Accounts, sessions and tokens: each change is a command with its journal line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.clock import from_utc_text
from engine.foundation.errors import Conflict, Invalid
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.registry.identity import queries
from engine.registry.identity.accounts.queries import held_by_person
from engine.registry.identity.accounts.rules import (
    OwnAccount,
    refuse_bad_names,
    refuse_mixed_duties,
    refuse_wrong_place,
    validity,
)
from engine.registry.identity.commands import (
    ChangePassword,
    CreateAccount,
    IssueToken,
    ResetPassword,
    SetAccountState,
    SignIn,
    SignOut,
)
from engine.registry.identity.factor.handlers import prove
from engine.registry.identity.rules import ROLES
from engine.registry.identity.sessions.queries import end_session, open_session
from engine.registry.organisation.queries import CENTER, department_named

SIGNED_IN = tag("account.signed_in", "登录")
SIGNED_OUT = tag("account.signed_out", "退出")
CREATED = tag("account.created", "建立账号 {account}")
RESET = tag("account.password_reset", "重置账号 {account} 的口令")
CHANGED = tag("account.password_changed", "修改本人口令")
tag("account.state_set", "账号 {account} 设为 {state}")  # written by the first releases
STATE_SET = {
    "active": tag("account.enabled", "启用账号 {account}"),
    "disabled": tag("account.disabled", "停用账号 {account}"),
}
TOKEN_ISSUED = tag("account.token_issued", "为账号 {account} 签发接口令牌")


class AccountExists(Conflict):
    """账号 {account} 已经存在，请换一个账号名。"""

    code = "ACCOUNT_EXISTS"


class RoleUnknown(Invalid):
    """没有“{role}”这一岗位，请从岗位表中选择后再建立账号。"""

    code = "ROLE_UNKNOWN"


class StateUnknown(Invalid):
    """账号的状态只有启用和停用，请重新选择。"""

    code = "STATE_UNKNOWN"


def sign_in(command: SignIn, unit: Unit) -> Mapping[str, Any]:
    """Open the session whose token hash was given; raise SecondFactorNeeded or WrongCode.

    The outcome says how many older sessions had to make room.
    """
    how = prove(unit, counter=command.counter, recovery=command.recovery)
    ended = open_session(
        unit, token_hash=command.token_hash, csrf=command.csrf, ends_at=from_utc_text(command.ends_at),
        address=command.address, agent=command.agent,
        machine_now=from_utc_text(command.machine_now) if command.machine_now else None,
    )  # fmt: skip
    unit.record(
        SIGNED_IN, _chain(unit, unit.actor.account), channel=unit.actor.channel, how=how,
        address=command.address or None, ended=ended or None,
    )  # fmt: skip
    return {"ended": ended}


def sign_out(command: SignOut, unit: Unit) -> Mapping[str, Any]:
    """End the session."""
    end_session(unit, command.token_hash)
    unit.record(SIGNED_OUT, _chain(unit, unit.actor.account))
    return {}


def create(command: CreateAccount, unit: Unit) -> Mapping[str, Any]:
    """Insert person, account and roles.

    The house's own hand is no role, so nobody can be given it.  Raises :class:`AccountExists`, :class:`RoleUnknown`,
    DepartmentUnknown, WrongPlace, OwnAccount, AdministratorsApart or InvalidFields.
    """
    refuse_bad_names(command.account, command.name)
    for role, department in command.grants:
        refuse_unknown_place(unit, role, department)
    if command.person == unit.actor.person:
        raise OwnAccount
    queries.put_person(unit, command.person, command.name)
    held = held_by_person(unit, command.person)
    refuse_mixed_duties(command.name, held, [role for role, _ in command.grants])
    begins, until = validity(command.from_day, command.until_day, unit.now)
    made = queries.put_account(
        unit, id=command.account, person_id=command.person, hash=command.password_hash,
        demo=command.demo,
    )  # fmt: skip
    if not made:
        raise AccountExists(account=command.account)
    for role, department in command.grants:
        queries.put_grant(unit, command.account, role, department, until, begins)
    unit.record(
        CREATED, _chain(unit, command.account), account=command.account, person=command.person,
        grants=[list(pair) for pair in command.grants], demo=command.demo, from_day=command.from_day or None,
        until_day=command.until_day or None,
    )  # fmt: skip
    return {"account": command.account}


def reset(command: ResetPassword, unit: Unit) -> Mapping[str, Any]:
    """Set an initial password; raise AccountUnknown or OwnAccount."""
    _refuse_own(unit, command.account)
    ended = queries.set_password(unit, command.account, command.password_hash, must_change=True)
    unit.record(RESET, _chain(unit, command.account), account=command.account, ended=ended)
    return {"account": command.account, "ended": ended}


def change_password(command: ChangePassword, unit: Unit) -> Mapping[str, Any]:
    """Replace the actor's own password."""
    me = unit.actor.account
    ended = queries.set_password(unit, me, command.password_hash, must_change=False, keep=command.keep)
    unit.record(CHANGED, _chain(unit, me), account=me, ended=ended)
    return {"ended": ended}


def set_state(command: SetAccountState, unit: Unit) -> Mapping[str, Any]:
    """Activate or disable an account; raise AccountUnknown, OwnAccount or :class:`StateUnknown`."""
    if command.state not in STATE_SET:
        raise StateUnknown
    _refuse_own(unit, command.account)
    queries.set_state(unit, command.account, command.state)
    unit.record(STATE_SET[command.state], _chain(unit, command.account), account=command.account)
    return {"account": command.account, "state": command.state}


def issue_token(command: IssueToken, unit: Unit) -> Mapping[str, Any]:
    """Keep the hash of a machine token; raise AccountUnknown or AccountDisabled."""
    queries.actor_of(unit.connection, command.account, unit.now, channel="api")
    queries.add_token(
        unit, account_id=command.account, token_hash=command.token_hash, ends_at=from_utc_text(command.ends_at)
    )
    unit.record(TOKEN_ISSUED, _chain(unit, command.account), account=command.account)
    return {"account": command.account}


def refuse_unknown_place(unit: Unit, role: str, department: str) -> None:
    """Raise :class:`RoleUnknown`, DepartmentUnknown or WrongPlace unless ``role`` can be held in ``department``."""
    if role not in ROLES:
        raise RoleUnknown(role=role)
    department_named(unit.connection, department)
    refuse_wrong_place(role, in_centre=department == CENTER)


def _refuse_own(unit: Unit, account: str) -> None:
    if queries.person_behind(unit.connection, account) == unit.actor.person:
        raise OwnAccount


def _chain(unit: Unit, account: str) -> str:
    return unit.lock_or_create(f"account:{account}", "account").id


HANDLERS: Mapping[type[Command], Handler] = {
    SignIn: sign_in,
    SignOut: sign_out,
    CreateAccount: create,
    ResetPassword: reset,
    ChangePassword: change_password,
    SetAccountState: set_state,
    IssueToken: issue_token,
}
