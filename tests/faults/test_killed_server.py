"""kill -9 of the server between any two acts of a whole case, and in the middle of acts."""

from __future__ import annotations

import http.client
import random
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from engine.foundation.vault import token_hash
from engine.registry.identity.commands import IssueToken
from tests.faults.steps import ACTS, Refused, Walker
from tests.support.databases import NewDatabase
from tests.support.server import ROOT, Server
from tests.support.size import by_size
from yichuang.house import OPERATOR, open_house
from yichuang.settings import read_settings

StartServer = Callable[..., Server]
ACCOUNTS = ("W01", "W03", "D11", "D12", "D13")


def _cli(data: Path, database: str | None, *verb: str) -> str:
    chosen = ["--data", str(data)] + (["--database", database] if database else [])
    done = subprocess.run(
        [sys.executable, "-m", "yichuang", *chosen, *verb], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _walker(server: Server, database: str | None) -> Walker:
    """Return a walker with a token for each account, issued beside the running server as the CLI does."""
    door = open_house(read_settings(server.data, database))
    tokens = {account: f"yc_{uuid.uuid4().hex}" for account in ACCOUNTS}
    for account, token in tokens.items():
        command = IssueToken(account=account, token_hash=token_hash(token), ends_at="2099-01-01T00:00:00.000000Z")
        door.execute(command, OPERATOR, key=token)
    door.database.close()
    return Walker(server.url, tokens)


def _verify(server: Server, database: str | None) -> None:
    assert "核对无误" in _cli(server.data, database, "audit", "verify", "--all")


def test_the_walk_goes_on_after_the_server_was_killed_between_any_two_acts(start_server: StartServer):
    server = start_server()
    walker = _walker(server, None)
    walker.receive("receive")
    for number in range(len(ACTS)):
        # Every act of the walk has a kill before it in the full size.
        if number % by_size(8, 4, 1) == 0:
            server.kill()
            server.start()
            walker.url = server.url
        walker.act(number, f"act-{number}")
    answer = walker.call("D13", "GET", f"/cases/{walker.case_no}")
    assert answer["outcome"] == "closed"
    _verify(server, None)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_killed_at_random_moments_every_acknowledged_act_is_kept_and_none_is_doubled(
    start_server: StartServer, new_database: NewDatabase, dialect: str
):
    database = None if dialect == "sqlite" else new_database(dialect)
    server = start_server(database=database)
    walker = _walker(server, database)
    chance = random.Random(7)
    kills = 0
    keys = [uuid.uuid4().hex for _ in ACTS]
    _insist(server, walker, lambda: walker.receive("receive"))
    for number, key in enumerate(keys):
        if number % by_size(8, 4, 1) == by_size(1, 1, 0) and kills < by_size(2, 4, 18):
            kills += 1
            threading.Timer(chance.uniform(0.0, 0.12), server.kill).start()
            time.sleep(chance.uniform(0.0, 0.05))
        _insist(server, walker, partial(_once, walker, number, key))
    assert walker.acknowledged == [element for _, element, _ in ACTS]
    history = walker.call("D13", "GET", f"/cases/{walker.case_no}/history?limit=200")["lines"]
    completed = [line["type"] for line in history].count("task.completed")
    assert completed == len(ACTS), "an act was lost or done twice"
    _verify(server, database)


def _once(walker: Walker, number: int, key: str) -> None:
    """Do the act; when it was done before the reply was lost, the repeated key says so."""
    _, element, _ = ACTS[number]
    try:
        walker.act(number, key)
    except AssertionError:
        # The task is not open any more: the lost reply was to a success.
        walker.acknowledged.append(element)


def _insist(server: Server, walker: Walker, act: Callable[[], None]) -> None:
    """Repeat an act until it is acknowledged, starting the server again whenever it is found dead."""
    for _ in range(20):
        try:
            act()
        except Refused as refused:
            if refused.status < 500:
                raise
        except (OSError, http.client.HTTPException):
            server.kill()
            server.start()
            walker.url = server.url
        else:
            return
    raise AssertionError("the server never acknowledged the act")
