"""Signatures on what crosses a border: HMAC-SHA-256 over the time of sending and the body.  Pure.

The time makes an old call worthless: who signs a body also signs when it was sent.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

TIMESTAMP = "X-Border-Timestamp"
SIGNATURE = "X-Border-Signature"
WINDOW = timedelta(minutes=5)
"""How far the clocks of both sides may differ, the way included."""


def sign(secret: bytes, body: bytes, now: datetime) -> dict[str, str]:
    """Return the headers with which ``body`` is sent at ``now`` (aware)."""
    timestamp = str(int(now.timestamp()))
    return {TIMESTAMP: timestamp, SIGNATURE: _digest(secret, timestamp, body)}


def holds(secret: bytes, body: bytes, timestamp: str, signature: str, now: datetime) -> bool:
    """Tell whether ``signature`` is the secret's over ``body``, made within :data:`WINDOW` of ``now``."""
    if not secret or not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    sent = datetime.fromtimestamp(int(timestamp), UTC)
    good = hmac.compare_digest(_digest(secret, timestamp, body).encode(), signature.encode("utf-8", "replace"))
    return good and abs(now - sent) <= WINDOW


def _digest(secret: bytes, timestamp: str, body: bytes) -> str:
    return hmac.new(secret, timestamp.encode("ascii") + b"." + body, hashlib.sha256).hexdigest()
