"""Messengers: one reached over HTTP, and the demonstration's, whose messages are shown to its staff."""

from __future__ import annotations

from engine.casework.issuance.sms.port import MessengerAway
from yichuang.borders.http import Peer, PeerAway


class HttpMessenger:
    """The adapter of the port ``Messenger``: ``POST /messages`` with our id, which makes a repetition harmless."""

    def __init__(self, url: str, secret: bytes) -> None:
        """Speak to the messenger at ``url``; requests are signed with ``secret``."""
        self._peer = Peer(url, secret)

    def send(self, id: str, phone: str, text: str) -> str:
        """Send a message; see the port."""
        try:
            answer = self._peer.ask("POST", "/messages", {"id": id, "phone": phone, "text": text})
        except PeerAway as error:
            raise MessengerAway(str(error)) from error
        if not 200 <= answer.status < 300 or not isinstance(answer.body, dict):
            raise MessengerAway(f"HTTP {answer.status}")
        return str(answer.body.get("reference", ""))[:80]


class ShownMessenger:
    """Sends nothing: the demonstration's staff read the message on a page."""

    def send(self, id: str, phone: str, text: str) -> str:
        """Take the message; see the port."""
        return f"demo:{id}"
