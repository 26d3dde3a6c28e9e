"""The server fixtures themselves: a real process that answers, dies as in a power cut, and comes back."""

from __future__ import annotations

import urllib.request
from pathlib import Path

import pytest

from tests.support.server import Server, ServerDidNotStart, StartServer


def health(server: Server) -> int:
    with urllib.request.urlopen(f"{server.url}healthz", timeout=10) as answer:  # noqa: S310 - our own loopback address
        return int(answer.status)


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def test_it_is_ready_when_it_says_so(server: Server) -> None:
    assert health(server) == 200
    assert server.url.startswith("http://127.0.0.1:")


def test_it_is_gone_after_kill_and_comes_back_on_the_same_port_with_its_data(start_server: StartServer) -> None:
    server = start_server()
    url, pid = server.url, server.pid
    files = {file.name for file in server.data.iterdir()}

    server.kill()
    assert not is_running(pid)

    server.start()
    assert server.url == url
    assert server.pid != pid
    assert files <= {file.name for file in server.data.iterdir()}
    assert health(server) == 200


def test_it_ends_in_order_when_asked(start_server: StartServer) -> None:
    server = start_server()

    assert server.stop() == 0


def test_a_server_that_cannot_start_says_why(start_server: StartServer) -> None:
    with pytest.raises(ServerDidNotStart, match="no-such-argument"):
        start_server("--no-such-argument")


def test_it_serves_from_postgresql(start_server: StartServer, postgresql_url: str) -> None:
    server = start_server(database=postgresql_url)

    assert health(server) == 200
    assert not list(server.data.glob("*.db"))
