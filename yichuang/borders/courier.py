"""A courier reached over HTTP: orders, tracks, and the signature on its calls to us (6.3.3).

``POST /orders`` places an order (the same order number again answers the same), ``GET /orders/{id}`` tells its events.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from engine.casework.issuance.shipping.port import CourierAway, CourierRefused, Order, Placed
from engine.casework.issuance.shipping.reading import ReportUnreadable, read_events
from engine.casework.issuance.shipping.rules import Event
from yichuang.borders.http import Answer, Peer, PeerAway
from yichuang.borders.signing import holds


class HttpCourier:
    """The adapter of the port ``Courier``."""

    def __init__(self, url: str, secret: bytes, name: str, *, poll_every: timedelta, timeout: float = 10.0) -> None:
        """Speak to the courier at ``url``; both sides sign with ``secret``."""
        self.name = name
        self.poll_every = poll_every
        self._peer = Peer(url, secret, timeout=timeout)
        self._secret = secret

    def place(self, order: Order) -> Placed:
        """Place an order once; see the port."""
        body = {
            "order_id": order.id,
            "sender": order.sender,
            "recipient": vars(order.recipient),
            "contents": [{"name": name, "copies": copies} for name, copies in order.contents],
            "payer": "sender",
        }
        return _placed(self._ask("POST", "/orders", body))

    def track(self, order_id: str) -> tuple[Event, ...]:
        """Return all events of an order; see the port."""
        answer = self._ask("GET", f"/orders/{quote(order_id, safe='')}")
        try:
            return read_events(answer.get("events"))
        except ReportUnreadable as error:
            raise CourierAway(str(error)) from error

    def vouches_for(self, body: bytes, timestamp: str, signature: str, now: datetime) -> bool:
        """Tell whether the courier signed ``body`` lately; see the port."""
        return holds(self._secret, body, timestamp, signature, now)

    def _ask(self, method: str, path: str, body: Any = None) -> Mapping[str, Any]:
        try:
            answer = self._peer.ask(method, path, body)
        except PeerAway as error:
            raise CourierAway(str(error)) from error
        return _accepted(answer)


def _accepted(answer: Answer) -> Mapping[str, Any]:
    # Too many requests, a time-out and a lost session are the courier's trouble, not the order's.
    if answer.status in (401, 403, 408, 425, 429) or answer.status < 200 or 300 <= answer.status < 400:
        raise CourierAway(f"HTTP {answer.status}")
    if answer.status >= 400:
        raise CourierRefused(f"HTTP {answer.status}")
    if not isinstance(answer.body, Mapping):
        raise CourierAway("the answer is no object")
    return answer.body


def _placed(answer: Mapping[str, Any]) -> Placed:
    number, cost = answer.get("tracking_no"), answer.get("cost_fen", 0)
    if not isinstance(number, str) or not 0 < len(number) <= 60 or type(cost) is not int or not 0 <= cost < 10**7:
        raise CourierAway("the answer has no tracking number or no cost")
    return Placed(number, cost)
