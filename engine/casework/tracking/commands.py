"""What may be asked about query codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class ReissueQueryCode(Command):
    """换发查询码: the case gets a new code, the old one ends at once; the ``reason`` is journalled."""

    action: ClassVar[str] = "query_code.reissue"
    case_no: str
    reason: str

    def roots(self) -> tuple[str, ...]:
        """Lock the case."""
        return (f"case:{self.case_no}",)
