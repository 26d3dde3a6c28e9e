"""What people may ask of contacts, consultations and calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class RecordContact(Command):
    """首问登记: somebody came with a question; it is the actor's until it is answered or taken by another."""

    action: ClassVar[str] = "contact.record"
    name: str
    phone: str
    about: str
    item_code: str = ""


@dataclass(frozen=True, kw_only=True)
class ContactCommand(Command):
    """A command about one contact."""

    action: ClassVar[str] = "contact.work"
    number: str

    def roots(self) -> tuple[str, ...]:
        """Lock the contact."""
        return (f"contact:{self.number}",)


@dataclass(frozen=True, kw_only=True)
class TransferContact(ContactCommand):
    """转交: offer it to another, who must accept it; until then it stays the actor's."""

    to_account: str


@dataclass(frozen=True, kw_only=True)
class AcceptContact(ContactCommand):
    """接收: take over what was offered."""


@dataclass(frozen=True, kw_only=True)
class CloseContact(ContactCommand):
    """办结: with an answer, or with the case it became."""

    answer: str = ""
    case_no: str = ""


@dataclass(frozen=True, kw_only=True)
class AskDepartment(Command):
    """咨询部门 (4.2.4): a question to a department, alone or about a case."""

    action: ClassVar[str] = "consultation.ask"
    department: str
    title: str
    content: str
    case_no: str = ""

    def roots(self) -> tuple[str, ...]:
        """Lock the case it is about."""
        return (f"case:{self.case_no}",) if self.case_no else ()


@dataclass(frozen=True, kw_only=True)
class AnswerConsultation(Command):
    """答复咨询: a reviewer or head of the department answers."""

    action: ClassVar[str] = "consultation.answer"
    number: str
    answer: str

    def roots(self) -> tuple[str, ...]:
        """Lock the consultation."""
        return (f"consultation:{self.number}",)


@dataclass(frozen=True, kw_only=True)
class CallDepartment(Command):
    """呼叫部门 (4.2.4 委托收件, 6.1.7 预审辅导): the window needs the department now."""

    action: ClassVar[str] = "department.call"
    item_code: str
    purpose: str = "entrusted"
    request: str = ""
    case_no: str = ""

    def roots(self) -> tuple[str, ...]:
        """Lock the case it is about."""
        return (f"case:{self.case_no}",) if self.case_no else ()


@dataclass(frozen=True, kw_only=True)
class AnswerCall(Command):
    """回应呼叫: the department comes, rings up or connects; how long it took is kept."""

    action: ClassVar[str] = "department.answer_call"
    number: str
    way: str
    conclusion: str = ""

    def roots(self) -> tuple[str, ...]:
        """Lock the call."""
        return (f"call:{self.number}",)
