"""What the security administrator may ask of roles, pauses and tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class GrantRole(Command):
    """授予岗位 from one day to another (ISO, the city's zone; empty: at once, and without end)."""

    action: ClassVar[str] = "account.manage"
    account: str
    role: str
    department: str
    from_day: str = ""
    until_day: str = ""


@dataclass(frozen=True, kw_only=True)
class RevokeRole(Command):
    """收回岗位 at once."""

    action: ClassVar[str] = "account.manage"
    account: str
    role: str
    department: str


@dataclass(frozen=True, kw_only=True)
class UnlockAccount(Command):
    """解除锁定: every address may try again at once."""

    action: ClassVar[str] = "account.manage"
    account: str


@dataclass(frozen=True, kw_only=True)
class RevokeToken(Command):
    """收回接口令牌: one by its handle, or all of the account's."""

    action: ClassVar[str] = "account.manage"
    account: str
    handle: str = ""
