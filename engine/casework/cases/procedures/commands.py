"""What may be asked about the limits of a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.casework.cases.rooted import CaseCommand


@dataclass(frozen=True, kw_only=True)
class RequestExtension(CaseCommand):
    """申请延长办理期限 (行政许可法 42): ``days`` working days for ``reason``; approved by the head, told in writing."""

    action: ClassVar[str] = "extension.request"
    days: int
    reason: str
