"""What may be asked of accounts, sessions and tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class SignIn(Command):
    """登录: the password was checked outside the unit; open a session.  Secrets travel only as their hashes."""

    action: ClassVar[str] = "session.own"
    token_hash: str
    csrf: str
    ends_at: str
    """When the session ends at the latest (UTC text)."""
    machine_now: str = ""
    """The machine's time (UTC text), by which sessions end."""
    address: str = ""
    agent: str = ""
    counter: int = 0
    """The time step of the second factor's code; 0 when none was shown."""
    recovery: str = ""
    """The digest of a recovery code, shown in the place of a code."""


@dataclass(frozen=True, kw_only=True)
class SignOut(Command):
    """退出: end the session."""

    action: ClassVar[str] = "session.own"
    token_hash: str


@dataclass(frozen=True, kw_only=True)
class CreateAccount(Command):
    """建立账号 with its roles: (role, department key) pairs."""

    action: ClassVar[str] = "account.manage"
    account: str
    person: str
    name: str
    password_hash: str
    grants: tuple[tuple[str, str], ...]
    demo: bool = False
    from_day: str = ""
    until_day: str = ""
    """From and to which day (ISO, the city's zone) the roles hold; empty: at once, and without end."""


@dataclass(frozen=True, kw_only=True)
class ResetPassword(Command):
    """重置口令: set an initial password, to be changed at the next sign-in; all sessions of the account end."""

    action: ClassVar[str] = "account.manage"
    account: str
    password_hash: str


@dataclass(frozen=True, kw_only=True)
class ChangePassword(Command):
    """修改本人口令: the old one was checked outside the unit; all sessions but the one at hand end."""

    action: ClassVar[str] = "session.own"
    password_hash: str
    keep: str = ""
    """Token hash of the session at hand."""


@dataclass(frozen=True, kw_only=True)
class SetAccountState(Command):
    """启用或停用账号: ``state`` is active or disabled."""

    action: ClassVar[str] = "account.manage"
    account: str
    state: str


@dataclass(frozen=True, kw_only=True)
class IssueToken(Command):
    """签发接口令牌 for an account."""

    action: ClassVar[str] = "account.manage"
    account: str
    token_hash: str
    ends_at: str
