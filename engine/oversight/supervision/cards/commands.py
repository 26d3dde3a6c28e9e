"""What may be asked about a card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from engine.foundation.store.commands import Command


@dataclass(frozen=True, kw_only=True)
class AppealCard(Command):
    """申诉: the head of the party, or who was responsible, says why the card should not stand."""

    action: ClassVar[str] = "card.appeal"
    card_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class DecideAppeal(Command):
    """处理申诉: the supervisor lets the card stand (维持) or cancels it (撤销), with a reason."""

    action: ClassVar[str] = "card.decide"
    card_id: int
    cancel: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class CancelCard(Command):
    """撤销: the supervisor cancels a card that nobody has appealed against, with a reason."""

    action: ClassVar[str] = "card.decide"
    card_id: int
    reason: str
