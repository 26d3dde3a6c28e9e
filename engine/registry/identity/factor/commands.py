"""What may be asked of second factors.  Secrets travel sealed, recovery codes as their keyed digests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class EnrolFactor(Command):
    """启用或者更换第二因素: the code of the step ``counter`` showed that the secret lies in the authenticator."""

    action: ClassVar[str] = "session.own"
    sealed: str
    counter: int
    codes: tuple[str, ...]
    """Digests of the recovery codes."""
    keep: str = ""
    """Token hash of the session at hand; all others end, for they were opened without the factor."""


@dataclass(frozen=True, kw_only=True)
class RemoveFactor(Command):
    """停用第二因素, where it is not required; all other sessions end."""

    action: ClassVar[str] = "session.own"
    keep: str = ""


@dataclass(frozen=True, kw_only=True)
class RenewCodes(Command):
    """换发恢复码: the earlier ones open nothing any more."""

    action: ClassVar[str] = "session.own"
    codes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ResetFactor(Command):
    """重置第二因素: the account enrols anew at its next sign-in; all its sessions end."""

    action: ClassVar[str] = "account.manage"
    account: str
