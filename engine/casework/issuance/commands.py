"""What may be asked of issuance besides working its tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.casework.cases.rooted import OnCaseInPart


@dataclass(frozen=True, kw_only=True)
class CreateDelivery(OnCaseInPart):
    """送达: give the result out; only the integrated window may (6.3.3), never the department."""

    action: ClassVar[str] = "delivery.create"
