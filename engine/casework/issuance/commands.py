"""What may be asked of issuance besides working its tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class CreateDelivery(Command):
    """送达: give the result out; only the integrated window may (6.3.3), never the department."""

    action: ClassVar[str] = "delivery.create"
    case_no: str
    answer: Mapping[str, Any]
    partial: bool = False
    """Keys left out of the answer take the first values a page would show: how programs answer."""

    def roots(self) -> tuple[str, ...]:
        """Lock the case."""
        return (f"case:{self.case_no}",)
