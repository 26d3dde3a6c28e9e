"""What the lead department may ask of one that keeps the others waiting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.casework.cases.rooted import CaseCommand


@dataclass(frozen=True, kw_only=True)
class ChaseBranch(CaseCommand):
    """催办: whoever has the branch in hand, or its post, is told; an empty ``text`` says the usual."""

    action: ClassVar[str] = "branch.chase"
    key: str
    text: str = ""
