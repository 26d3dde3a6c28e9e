"""Putting an applicant on the list of 失信记录, and taking an entry off it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class BarApplicant(Command):
    """列入失信记录: the applicant of a case, or whoever a number and a name say."""

    action: ClassVar[str] = "barring.bar"
    case_no: str = ""
    """The case whose applicant it is; name and number are then the case's, and those given here mean nothing."""
    applicant_kind: str = ""
    applicant_name: str = ""
    id_kind: str = ""
    id_no: str = ""
    source: str
    reason: str
    basis: str
    until: str
    """The last day, ``2026-09-01``."""

    def roots(self) -> tuple[str, ...]:
        """Lock the case, when there is one."""
        return (f"case:{self.case_no}",) if self.case_no else ()


@dataclass(frozen=True, kw_only=True)
class LiftBarring(Command):
    """解除失信记录: the entry ends before its day, for a reason, by another person than the one who made it."""

    action: ClassVar[str] = "barring.lift"
    number: str
    reason: str
