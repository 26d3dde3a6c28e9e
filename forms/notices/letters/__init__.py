"""The letters of the centre, each one small record."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from forms.notices.letters import decisions, intake, passing, procedures
from forms.notices.letters.model import DEPARTMENT, SIDES, WINDOW, Column, Field, Letter

__all__ = ["DEPARTMENT", "LETTERS", "SIDES", "WINDOW", "Column", "Field", "Letter"]

LETTERS: Final[Mapping[str, Letter]] = MappingProxyType(
    {letter.kind: letter for room in (intake, decisions, procedures, passing) for letter in room.LETTERS}
)
"""Every letter by its kind."""
