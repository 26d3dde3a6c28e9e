"""Taking a list out of the house."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class ExportList(Command):
    """导出办件列表: journalled with its filters, purpose and number of rows in the reader's own chain."""

    action: ClassVar[str] = "case.export"
    filters: Mapping[str, str]
    words: bool
    """Whether words were looked for; they may be a name, so the words themselves are not journalled."""
    purpose: str
    rows: int
    digest: str
    """The digest of the rows, which the sheet bears too: the sheet and its journal line find each other."""
