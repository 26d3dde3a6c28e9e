"""What may be asked about uncollected results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class NoteChase(Command):
    """催领: a clerk reminded the applicant; keep how it went."""

    action: ClassVar[str] = "delivery.chase"
    case_no: str
    note: str

    def roots(self) -> tuple[str, ...]:
        """Lock the case."""
        return (f"case:{self.case_no}",)
