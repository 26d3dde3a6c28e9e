"""What may be asked of open sessions, and what is noted of sign-ins that failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class EndSessions(Command):
    """结束会话: one of an account's sessions by its handle, or all of them."""

    action: ClassVar[str] = "account.manage"
    account: str
    handle: str = ""


@dataclass(frozen=True, kw_only=True)
class EndOwnSessions(Command):
    """结束本人的其他会话: one by its handle, or all but the one whose token hash is ``keep``."""

    action: ClassVar[str] = "session.own"
    keep: str
    handle: str = ""


@dataclass(frozen=True, kw_only=True)
class NoteFailedSignIn(Command):
    """登录失败: with what (``password`` or ``code``), from where, and until when that address pauses (machine time)."""

    action: ClassVar[str] = "session.fail"
    account: str
    address: str
    what: str
    paused_until: str = ""
