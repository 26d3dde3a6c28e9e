"""Taking an audit bundle out of the house."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class ExportBundle(Command):
    """导出审计包: journalled in the reader's own chain, before the file is sent."""

    action: ClassVar[str] = "journal.export"
    cases: tuple[str, ...]
    purpose: str
    personal: bool
    """Whether the personal values that the lines keep digests of are in it."""
    files: int
    digest: str
    """The digest of the bundle's list of files: the bundle and its journal line find each other."""
