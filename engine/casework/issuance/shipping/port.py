"""The courier as the house sees it: a border, with an adapter outside (yichuang) and a peer to try it with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from engine.casework.issuance.shipping.rules import Event


class CourierAway(Exception):
    """The courier did not answer, answered nonsense, or failed itself: try again later."""


class CourierRefused(Exception):
    """The courier says that the order itself is wrong: trying again does not help."""


@dataclass(frozen=True)
class Recipient:
    """To whom a shipment goes."""

    name: str
    phone: str
    address: str


@dataclass(frozen=True)
class Order:
    """What is ordered; ``id`` is ours and the same at every try, so that an order is placed once."""

    id: str
    sender: str
    recipient: Recipient
    contents: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Placed:
    """What the courier answers: its tracking number, and what it charges the centre in fen."""

    tracking_no: str
    cost_fen: int


class Courier(Protocol):
    """A courier's interface; both calls are safe to repeat."""

    name: str
    poll_every: timedelta

    def place(self, order: Order) -> Placed:
        """Place an order; raise :class:`CourierAway` or :class:`CourierRefused`."""

    def track(self, order_id: str) -> tuple[Event, ...]:
        """Return all events of an order; raise :class:`CourierAway` or :class:`CourierRefused`."""

    def vouches_for(self, body: bytes, timestamp: str, signature: str, now: datetime) -> bool:
        """Tell whether the courier itself signed ``body`` within a few minutes of ``now`` (aware)."""


@dataclass(frozen=True)
class Couriers:
    """The courier of this installation, or None when none is connected."""

    courier: Courier | None = None
