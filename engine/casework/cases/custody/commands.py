"""What may be asked about papers on their way besides signing for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.casework.cases.rooted import CaseCommand


@dataclass(frozen=True, kw_only=True)
class RefuseHandover(CaseCommand):
    """拒收: the receiving side refuses the whole handover (6.1.5, 6.3.1)."""

    action: ClassVar[str] = "handover.refuse"
    subject: str
    """materials or result."""
    reason: str


@dataclass(frozen=True, kw_only=True)
class HandOverAgain(CaseCommand):
    """重新移交: the giving side hands over once more after a refusal."""

    action: ClassVar[str] = "handover.again"
    subject: str
    copies: tuple[tuple[str, int], ...]
    """(line number, copies) as counted now."""


@dataclass(frozen=True, kw_only=True)
class ProposeResolution(CaseCommand):
    """The giving side says how a difference ends."""

    action: ClassVar[str] = "difference.propose"
    number: int
    resolution: str
    explanation: str


@dataclass(frozen=True, kw_only=True)
class ConfirmResolution(CaseCommand):
    """The receiving side confirms, or declines, how a difference ends."""

    action: ClassVar[str] = "difference.confirm"
    number: int
    agreed: bool


@dataclass(frozen=True, kw_only=True)
class ReturnOriginals(CaseCommand):
    """退回原件: the department gives originals back to the window."""

    action: ClassVar[str] = "originals.return"
    copies: tuple[tuple[int, int], ...]
    """(material number, copies)."""


@dataclass(frozen=True, kw_only=True)
class TakeOriginals(CaseCommand):
    """签收退回的原件: the window signs for what the department gave back."""

    action: ClassVar[str] = "originals.take"


@dataclass(frozen=True, kw_only=True)
class GiveBack(CaseCommand):
    """归还原件: the window gives originals back to the applicant, who signs for them."""

    action: ClassVar[str] = "originals.give_back"
    copies: tuple[tuple[int, int], ...]
    receiver: str
    signed: bool
