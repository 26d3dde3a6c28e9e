"""What may be asked about the way of delivery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class ChangeDelivery(Command):
    """变更送达方式 while the result is still at the window (6.3.2, 6.3.3)."""

    action: ClassVar[str] = "delivery.change"
    case_no: str
    mode: str
    reason: str

    def roots(self) -> tuple[str, ...]:
        """Lock the case."""
        return (f"case:{self.case_no}",)
