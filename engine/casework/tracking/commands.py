"""What may be asked about query codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.casework.cases.rooted import CaseCommand


@dataclass(frozen=True, kw_only=True)
class ReissueQueryCode(CaseCommand):
    """换发查询码: the case gets a new code, the old one ends at once; the ``reason`` is journalled."""

    action: ClassVar[str] = "query_code.reissue"
    reason: str
