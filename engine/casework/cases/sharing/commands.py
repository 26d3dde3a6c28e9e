"""What people may ask of sharing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.casework.cases.rooted import CaseCommand


@dataclass(frozen=True, kw_only=True)
class ShareMaterials(CaseCommand):
    """共享材料: show verified materials of a case to another department, for a purpose."""

    action: ClassVar[str] = "material.share"
    department: str
    numbers: tuple[int, ...]
    purpose: str
