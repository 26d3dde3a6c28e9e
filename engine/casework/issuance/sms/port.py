"""The messenger as the house sees it: a border, with an adapter outside (yichuang)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class MessengerAway(Exception):
    """The messenger did not take the message: try again later."""


class Messenger(Protocol):
    """Whoever carries short messages to telephones."""

    def send(self, id: str, phone: str, text: str) -> str:
        """Send ``text`` once under our ``id``; return the messenger's reference.  Raises :class:`MessengerAway`."""


@dataclass(frozen=True)
class Messengers:
    """The messenger of this installation, or None when none is connected."""

    messenger: Messenger | None = None
