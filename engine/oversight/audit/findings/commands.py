"""What an auditor may do with notes and findings: the own ones only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class WriteFinding(Command):
    """写审计记录或者审计发现 on a case, at the line ``seq`` of its journal or (None) on it as a whole."""

    action: ClassVar[str] = "finding.write"
    case_no: str
    kind: str
    text: str
    severity: str = ""
    basis: str = ""
    seq: int | None = None


@dataclass(frozen=True, kw_only=True)
class ReviseFinding(Command):
    """修改审计记录: the text as it was before stays in the journal.  ``revision`` is the one that was read."""

    action: ClassVar[str] = "finding.write"
    id: int
    revision: int
    text: str
    severity: str = ""
    basis: str = ""


@dataclass(frozen=True, kw_only=True)
class SettleFinding(Command):
    """了结审计记录, with the reason."""

    action: ClassVar[str] = "finding.write"
    id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class WithdrawFinding(Command):
    """撤回审计记录, with the reason: it was written by mistake; it stays to be read."""

    action: ClassVar[str] = "finding.write"
    id: int
    reason: str
