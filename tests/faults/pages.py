"""The pages of a running server, asked over real HTTP with the same ``Visitor`` that asks a house in memory."""

from __future__ import annotations

import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any

from werkzeug.datastructures import MultiDict

from tests.support.server import Server
from tests.support.site import Visitor
from yichuang.provision import DEMO_PASSWORD


@dataclass(frozen=True)
class Address:
    """Where an answer came from, after all redirects."""

    path: str
    full_path: str


@dataclass(frozen=True)
class Answered:
    """An answer, with what ``Page`` looks at."""

    status_code: int
    headers: Message
    content: bytes
    request: Address

    @property
    def mimetype(self) -> str:
        """The media type alone."""
        return self.headers.get_content_type()

    def get_data(self, *, as_text: bool = True) -> str:
        """Return the text."""
        assert as_text
        return self.content.decode("utf-8")

    def close(self) -> None:
        """Nothing is open any more."""


class RealClient:
    """One browser's connection to a server: its cookies, and requests that may go at the same time."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), urllib.request.ProxyHandler({})
        )

    def get(self, address: str, *, headers: Mapping[str, str] | None = None, **_: Any) -> Answered:
        """GET, following redirects."""
        return self._ask(address, None, headers)

    def post(self, address: str, *, data: Any = None, headers: Mapping[str, str] | None = None, **_: Any) -> Answered:
        """POST a form without files, following redirects."""
        pairs = MultiDict(data).items(multi=True)
        return self._ask(address, urllib.parse.urlencode(list(pairs)).encode(), headers)

    def _ask(self, address: str, data: bytes | None, headers: Mapping[str, str] | None) -> Answered:
        request = urllib.request.Request(f"{self._url}{address}", data, dict(headers or {}))  # noqa: S310 - loopback
        try:
            with self._opener.open(request, timeout=60) as answer:
                return _answered(answer.status, answer.headers, answer.read(), answer.url)
        except urllib.error.HTTPError as error:
            with error:
                return _answered(error.code, error.headers, error.read(), error.url)


def _answered(status: int, headers: Message, content: bytes, url: str) -> Answered:
    parts = urllib.parse.urlsplit(url)
    return Answered(status, headers, content, Address(parts.path, f"{parts.path}?{parts.query}"))


def visitor(server: Server, account: str, password: str = DEMO_PASSWORD) -> Visitor:
    """Return a browser before ``server`` with ``account`` signed in."""
    # Visitor and Page ask of a client and its answer only what these have.
    found = Visitor(RealClient(server.url), server.url)  # type: ignore[arg-type]
    found.sign_in(account, password)
    return found
