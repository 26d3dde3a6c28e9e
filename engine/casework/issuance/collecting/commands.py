"""What may be asked about uncollected results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.casework.cases.rooted import CaseCommand


@dataclass(frozen=True, kw_only=True)
class NoteChase(CaseCommand):
    """催领: a clerk reminded the applicant; keep how it went."""

    action: ClassVar[str] = "delivery.chase"
    note: str


@dataclass(frozen=True, kw_only=True)
class ReturnUncollected(CaseCommand):
    """退回保管: nobody came for the result, and the department is asked to keep it."""

    action: ClassVar[str] = "delivery.return"
    reason: str
