"""The PostgreSQL edition as real processes: ready, killed in each part, ended; nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from functools import partial
from typing import Any

import pytest

from tests.support.family import alive, family, kill, processes, until
from tests.support.house import NewHouse
from tests.support.server import EDITIONS, READY, ROOT, Server, ServerDidNotStart, StartServer


@pytest.fixture
def start(new_house: NewHouse, start_server: StartServer) -> StartServer:
    """A function that starts a server over a PostgreSQL house which is set up already."""
    settings = new_house("postgresql").settings

    def begin(*arguments: str) -> Server:
        return start_server(*arguments, data=settings.data, database=settings.database_url)

    return begin


def ask(server: Server, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    """Return status and text of a page; 0 when nobody answered."""
    request = urllib.request.Request(f"{server.url}{path}", headers=headers or {})  # noqa: S310 - our own loopback
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 - same
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def parts(server: Server) -> dict[str, Any]:
    """Return what /readyz says of the parts."""
    text = ask(server, "readyz")[1]
    return json.loads(text)["parts"] if text else {}


def whole(server: Server, web: int = 2) -> bool:
    """Tell whether all processes of a server live and everything is ready."""
    now = family(server.pid)
    return bool(now.work and now.arbiter and len(now.web) == web and ask(server, "readyz")[0] == 200)


def test_it_is_ready_once_with_two_web_processes_and_one_for_the_work(start_server: StartServer, postgresql_url: str):
    server = start_server(database=postgresql_url)
    until(lambda: whole(server), "ready")
    whole_house = ("database", "schema", "scheduler", "worker", "clock", "storage")
    assert parts(server) == dict.fromkeys(whole_house, True)
    assert len(READY.findall(server.output())) == 1
    members = family(server.pid).all
    assert len(members) == 5
    assert "postgresql" not in " ".join(one.command for one in processes() if one.pid in members - {server.pid})
    assert server.stop() == 0
    assert alive(members) == set()
    assert "Traceback" not in server.output()


def test_whoever_is_killed_is_started_again_and_the_pages_go_on(start: StartServer):
    server = start()
    until(lambda: whole(server), "ready")
    for role in ("web", "work", "arbiter"):
        before = family(server.pid)
        victim = before.web[0] if role == "web" else getattr(before, role)
        kill(victim)
        until(partial(_without, server, victim), f"{role} gone")
        until(lambda: whole(server), f"{role} is there again")
        assert family(server.pid).parent == server.pid
    # The work part that was killed told nobody that it is gone; the new one beats under a name of its own.
    assert parts(server)["worker"]
    assert server.stop() == 0


def _without(server: Server, pid: int) -> bool:
    return pid not in family(server.pid).all


def test_nothing_outlives_a_parent_that_is_killed(start: StartServer):
    server = start("--web-processes", "3")
    until(lambda: whole(server, web=3), "ready")
    members = family(server.pid).all
    kill(server.pid)
    until(lambda: alive(members - {server.pid}) == set(), "all gone", patience=10)


def test_a_host_without_the_work_is_ready_as_soon_as_another_does_it(start: StartServer):
    pages = start("--no-work", "--web-processes", "1")
    until(lambda: len(family(pages.pid).all - {pages.pid, 0}) == 1 + len(family(pages.pid).web), "web only")
    status, text = ask(pages, "readyz")
    assert (status, json.loads(text)["parts"]["worker"]) == (503, False)
    work = start_work(pages)
    try:
        until(lambda: ask(pages, "readyz")[0] == 200, "the other host's work is seen")
    finally:
        work.terminate()
        assert work.wait(30) == 0
    until(lambda: not parts(pages)["worker"], "its orderly end is seen at once")


def start_work(server: Server) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "yichuang", "--data", str(server.data), "--database", str(server.database), "work"]
    return subprocess.Popen(command, cwd=ROOT)


def count_of(text: str, name: str) -> float:
    """Return the sum of all figures whose line begins with ``name``."""
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name))


def test_the_figures_of_all_processes_are_added_up_and_its_log_is_json(start: StartServer):
    server = start("--log", "json")
    until(lambda: whole(server), "ready")
    asked = 'yichuang_requests_total{method="GET",route="/about"'
    for _ in range(24):
        assert ask(server, "about")[0] == 200
    until(lambda: "yichuang_last_sweep_age_seconds" in ask(server, "metrics")[1], "the sweep is told of")
    assert [count_of(ask(server, "metrics")[1], asked) for _ in range(6)] == [24.0] * 6
    before = family(server.pid)
    kill(before.web[0])
    until(lambda: whole(server) and _without(server, before.web[0]), "another web process")
    assert count_of(ask(server, "metrics")[1], asked) == 24
    assert count_of(ask(server, "metrics")[1], "yichuang_pool_in_use{") <= len(before.web)
    assert ask(server, "metrics", {"X-Forwarded-For": "203.0.113.9"})[0] == 404
    assert server.stop() == 0
    lines = [line for line in server.output().splitlines() if not line.startswith(("ready ", "演示状态"))]
    assert {"yichuang.access", "yichuang.parent"} & {json.loads(line)["logger"] for line in lines}


@pytest.mark.parametrize("edition", EDITIONS)
def test_whoever_started_it_is_told_what_runs_and_how_it_ends(
    start_server: StartServer, edition: str, request: pytest.FixtureRequest
):
    url = request.getfixturevalue("postgresql_url") if edition == "postgresql" else None
    server = start_server(database=url)
    until(lambda: "Ctrl+C" in server.output(), "told after the ready line")
    lines = server.output().splitlines()
    told = lines[next(number for number, line in enumerate(lines) if READY.match(line)) + 1 :]
    assert any("演示状态" in line and str(server.data) in line and "Ctrl+C" in line for line in told)
    os.kill(server.pid, signal.SIGINT)
    assert server.stop() == 0
    assert "已停止" in server.output()


def test_a_port_that_is_taken_is_said(start: StartServer):
    server = start("--web-processes", "1", "--no-work")
    port = server.url.rsplit(":", 1)[1].strip("/")
    with pytest.raises(ServerDidNotStart, match="PORT_TAKEN"):
        start("--port", port)


def test_sqlite_is_one_process(start_server: StartServer):
    with pytest.raises(ServerDidNotStart, match="ONE_PROCESS_ONLY"):
        start_server("--web-processes", "2")
