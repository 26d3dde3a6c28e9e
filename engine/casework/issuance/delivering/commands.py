"""What may be asked about the way of delivery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.casework.cases.rooted import CaseCommand


@dataclass(frozen=True, kw_only=True)
class ChangeDelivery(CaseCommand):
    """变更送达方式 while the result is still at the window (6.3.2, 6.3.3)."""

    action: ClassVar[str] = "delivery.change"
    mode: str
    reason: str
