"""What people may ask of sharing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class ShareMaterials(Command):
    """共享材料: show verified materials of a case to another department, for a purpose."""

    action: ClassVar[str] = "material.share"
    case_no: str
    department: str
    numbers: tuple[int, ...]
    purpose: str

    def roots(self) -> tuple[str, ...]:
        """Lock the case."""
        return (f"case:{self.case_no}",)
