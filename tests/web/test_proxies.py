"""Who is heard about the caller: named proxies, and nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from flask import Flask, request
from werkzeug.test import Client

from web.proxies import Addresses, BehindProxies

SAID = {
    "X-Forwarded-For": "203.0.113.9, 198.51.100.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "hall.example",
    "X-Request-Id": "abc", "Forwarded": "for=1.2.3.4", "X-Real-IP": "1.2.3.4",
}  # fmt: skip


def heard(peer: str, trusted: Iterable[str], count: int = 1) -> dict[str, Any]:
    app = Flask(__name__)

    @app.get("/")
    def show() -> dict[str, Any]:
        names = ("X-Request-Id", "Forwarded", "X-Real-IP", "X-Forwarded-Port")
        return {
            "from": request.remote_addr, "scheme": request.scheme, "host": request.host,
            "kept": [name for name in names if name in request.headers],
        }  # fmt: skip

    answer = Client(BehindProxies(app.wsgi_app, trusted, count)).get(
        "/", headers=SAID, environ_base={"REMOTE_ADDR": peer}
    )
    return dict(answer.json or {})


def test_a_stranger_is_not_believed():
    assert heard("203.0.113.50", ["10.1.0.0/16"]) == {
        "from": "203.0.113.50", "scheme": "http", "host": "localhost", "kept": [],
    }  # fmt: skip
    assert heard("127.0.0.1", [])["from"] == "127.0.0.1"


@pytest.mark.parametrize("peer", ["10.1.0.5", "::ffff:10.1.0.5"])
def test_a_named_proxy_is_believed(peer: str):
    found = heard(peer, ["10.1.0.0/16"])
    assert (found["from"], found["scheme"], found["host"]) == ("198.51.100.7", "https", "hall.example")
    assert "X-Request-Id" in found["kept"]


def test_as_many_entries_count_as_proxies_stand_in_a_row():
    assert heard("10.1.0.5", ["10.1.0.5"], 2)["from"] == "203.0.113.9"
    # One that is shorter than the row says nothing that could be trusted.
    assert heard("10.1.0.5", ["10.1.0.5"], 3)["from"] == "10.1.0.5"


@pytest.mark.parametrize("address", ["", "unix:", "nonsense", "10.2.0.1"])
def test_what_is_no_listed_address_is_none(address: str):
    assert not Addresses(["10.1.0.0/16", "::1"]).hold(address)
