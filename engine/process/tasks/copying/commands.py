"""What may be asked of copies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command
from engine.process.tasks.commands import TaskCommand


@dataclass(frozen=True, kw_only=True)
class SendCopies(TaskCommand):
    """抄送: send a copy of the task's case to each of ``to_accounts``."""

    action: ClassVar[str] = "copy.send"
    to_accounts: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ReadCopies(Command):
    """已读: the actor has read these copies."""

    action: ClassVar[str] = "session.own"
    ids: tuple[int, ...]
