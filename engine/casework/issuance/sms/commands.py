"""What the worker tells of messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class RecordSent(Command):
    """A message was taken by the messenger (the worker's command)."""

    action: ClassVar[str] = "sms.send"
    root_id: str
    message_id: int
    applicant_message: str
    reference: str

    def roots(self) -> tuple[str, ...]:
        """Lock the case."""
        return (self.root_id,)


@dataclass(frozen=True, kw_only=True)
class SendingFailed(Command):
    """The messenger did not take a message: try later, or give it up (the worker's command)."""

    action: ClassVar[str] = "sms.send"
    root_id: str
    message_id: int
    applicant_message: str
    attempts: int
    error: str

    def roots(self) -> tuple[str, ...]:
        """Lock the case."""
        return (self.root_id,)
