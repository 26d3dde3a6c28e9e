"""What may be asked of leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class RegisterLeave(Command):
    """登记请假和代理人: days are ISO dates of the city's zone, both counted."""

    action: ClassVar[str] = "leave.register"
    account: str
    substitute: str
    from_day: str
    until_day: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RevokeLeave(Command):
    """撤销请假: the absent person is back, or the registration was wrong."""

    action: ClassVar[str] = "leave.register"
    leave_id: int
