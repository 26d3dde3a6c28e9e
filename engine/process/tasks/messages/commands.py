"""What people may ask of messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class SendMessage(Command):
    """发消息: to one account, or to everybody of a role in a department."""

    action: ClassVar[str] = "message.send"
    text: str
    to_account: str = ""
    to_role: str = ""
    to_department: str = ""
    case_no: str = ""
    reply_to: str = ""
    """The message answered; then it goes to its sender unless another receiver is named."""


@dataclass(frozen=True, kw_only=True)
class ReadMessages(Command):
    """已读: the actor has read these messages."""

    action: ClassVar[str] = "session.own"
    ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ForgetMessages(Command):
    """清理: delete the messages older than the policy's time (the system's own hand)."""

    action: ClassVar[str] = "message.forget"
