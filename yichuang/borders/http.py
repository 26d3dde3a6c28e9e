"""One signed request to a peer: with a time limit, a size limit, no redirection, and JSON both ways."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from engine.foundation.clock import SystemClock
from yichuang.borders.signing import sign

TIMEOUT_SECONDS = 10.0
MOST_BYTES = 1024 * 1024


class PeerAway(Exception):
    """The peer did not answer, answered too much or nonsense, or failed itself."""


@dataclass(frozen=True)
class Answer:
    """What the peer said: an HTTP status and a JSON value."""

    status: int
    body: Any


class Peer:
    """A peer at an address, with the secret shared with it."""

    def __init__(self, url: str, secret: bytes, *, timeout: float = TIMEOUT_SECONDS) -> None:
        """``url`` is http or https; raises ``ValueError`` for any other."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url!r} is no http address")
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname, parts.port
        self._path = parts.path.rstrip("/")
        self._secret = secret
        self._timeout = timeout

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        """Send one request below the peer's address; raise :class:`PeerAway` when there is no proper answer."""
        sent = b"" if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8")
        headers = {"Content-Type": "application/json", **sign(self._secret, sent, SystemClock().now())}
        connection = self._connection()
        try:
            connection.request(method, self._path + path, sent or None, headers)
            answer = connection.getresponse()
            content = answer.read(MOST_BYTES + 1)
        except (OSError, http.client.HTTPException) as error:
            raise PeerAway(f"{type(error).__name__}: {error}") from error
        finally:
            connection.close()
        if answer.status >= 500 or len(content) > MOST_BYTES:
            raise PeerAway(f"HTTP {answer.status}, {len(content)} bytes")
        return Answer(answer.status, _json(content))

    def _connection(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        return kind(self._host, self._port, timeout=self._timeout)


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise PeerAway("the answer is no JSON") from error
