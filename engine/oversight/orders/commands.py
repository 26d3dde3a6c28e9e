"""What may be done about orders of supervision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class IssueOrder(Command):
    """发出督办单: on a case in work, to the department that holds it up."""

    action: ClassVar[str] = "order.issue"
    case_no: str
    content: str
    department: str = ""
    """Who is to answer (department key, or ``center`` for the windows); empty for whoever handles the case."""
    clock: str = ""
    """The id of the clock of the case that the order is about."""

    def roots(self) -> tuple[str, ...]:
        """Lock the case."""
        return (f"case:{self.case_no}",)


@dataclass(frozen=True, kw_only=True)
class AnswerOrder(Command):
    """答复督办单: the head of the department says what was done, and by when the rest will be."""

    action: ClassVar[str] = "order.answer"
    id: str
    text: str
    promised_on: str = ""
    """The day by which it will be done, ``2026-03-31``; empty for none."""


@dataclass(frozen=True, kw_only=True)
class CloseOrder(Command):
    """办结督办单: the supervisor takes the answer and writes down the result."""

    action: ClassVar[str] = "order.close"
    id: str
    result: str


@dataclass(frozen=True, kw_only=True)
class SendBackAnswer(Command):
    """退回答复: the supervisor wants another answer; the department has its days anew."""

    action: ClassVar[str] = "order.close"
    id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class WithdrawOrder(Command):
    """撤回督办单: it should not have been issued, or is answered otherwise."""

    action: ClassVar[str] = "order.close"
    id: str
    reason: str
