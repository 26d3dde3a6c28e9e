"""Accounts, sessions and tokens: each change is a command with its journal line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.foundation.clock import from_utc_text
from engine.foundation.errors import Conflict, Invalid
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.registry.identity import queries
from engine.registry.identity.commands import (
    CreateAccount,
    IssueToken,
    ResetPassword,
    SetAccountState,
    SignIn,
    SignOut,
)
from engine.registry.identity.rules import ROLES
from engine.registry.organisation.queries import department_named

SIGNED_IN = tag("account.signed_in", "登录")
SIGNED_OUT = tag("account.signed_out", "退出")
CREATED = tag("account.created", "建立账号 {account}")
RESET = tag("account.password_reset", "重置账号 {account} 的口令")
STATE_SET = tag("account.state_set", "账号 {account} 设为 {state}")
TOKEN_ISSUED = tag("account.token_issued", "为账号 {account} 签发接口令牌")


class AccountExists(Conflict):
    """账号 {account} 已经存在，请换一个账号名。"""

    code = "ACCOUNT_EXISTS"


class RoleUnknown(Invalid):
    """没有“{role}”这一岗位，请从岗位表中选择后再建立账号。"""

    code = "ROLE_UNKNOWN"


def sign_in(command: SignIn, unit: Unit) -> Mapping[str, Any]:
    """Open the session whose token hash was given."""
    queries.open_session(unit, token_hash=command.token_hash, csrf=command.csrf, ends_at=from_utc_text(command.ends_at))
    unit.record(SIGNED_IN, _chain(unit, unit.actor.account), channel=unit.actor.channel)
    return {}


def sign_out(command: SignOut, unit: Unit) -> Mapping[str, Any]:
    """End the session."""
    queries.end_session(unit, command.token_hash)
    unit.record(SIGNED_OUT, _chain(unit, unit.actor.account))
    return {}


def create(command: CreateAccount, unit: Unit) -> Mapping[str, Any]:
    """Insert person, account and roles; raise :class:`AccountExists`, :class:`RoleUnknown` or DepartmentUnknown.

    The house's own hand is no role, so nobody can be given it.
    """
    for role, department in command.grants:
        if role not in ROLES:
            raise RoleUnknown(role=role)
        department_named(unit.connection, department)
    made = queries.put_account(
        unit, id=command.account, person_id=command.person, name=command.name, hash=command.password_hash,
        demo=command.demo,
    )  # fmt: skip
    if not made:
        raise AccountExists(account=command.account)
    for role, department in command.grants:
        queries.put_grant(unit, command.account, role, department)
    unit.record(
        CREATED, _chain(unit, command.account), account=command.account, person=command.person,
        grants=[list(pair) for pair in command.grants], demo=command.demo,
    )  # fmt: skip
    return {"account": command.account}


def reset(command: ResetPassword, unit: Unit) -> Mapping[str, Any]:
    """Replace the password."""
    queries.set_password(unit, command.account, command.password_hash)
    unit.record(RESET, _chain(unit, command.account), account=command.account)
    return {"account": command.account}


def set_state(command: SetAccountState, unit: Unit) -> Mapping[str, Any]:
    """Activate or disable an account."""
    queries.set_state(unit, command.account, command.state)
    unit.record(STATE_SET, _chain(unit, command.account), account=command.account, state=command.state)
    return {"account": command.account, "state": command.state}


def issue_token(command: IssueToken, unit: Unit) -> Mapping[str, Any]:
    """Keep the hash of a machine token; raise AccountUnknown or AccountDisabled."""
    queries.actor_of(unit.connection, command.account, unit.now, channel="api")
    queries.add_token(
        unit, account_id=command.account, token_hash=command.token_hash, ends_at=from_utc_text(command.ends_at)
    )
    unit.record(TOKEN_ISSUED, _chain(unit, command.account), account=command.account)
    return {"account": command.account}


def _chain(unit: Unit, account: str) -> str:
    return unit.lock_or_create(f"account:{account}", "account").id
