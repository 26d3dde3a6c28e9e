"""Killed under load: what was acknowledged is in the journal exactly once, whatever died meanwhile (reliability I1).

And nobody waits for ever (I9): each request is answered, refused or cut off within the time after which one hangs.

Every change is killed twenty times on SQLite and ten on PostgreSQL, the small size six times on each; the full size
fifty times and sixty.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.door import Door
from engine.foundation.blobs.storage import Blobs
from engine.foundation.journal.tables import journal_line
from engine.foundation.store.tables import idempotency
from engine.oversight.audit.invariants.verifying import verify
from engine.process.bpmn.releases.bundles import Bundles
from engine.registry.identity.rules import SYSTEM
from tests.faults import steps
from tests.faults.cluster import own_cluster
from tests.faults.load import ACCOUNTS, Asked, Log, Office, settled
from tests.support.house import PERSON, House
from tests.support.server import Server
from tests.support.size import FULL, by_size
from tests.support.tokens import tokens_for
from yichuang.house import open_house
from yichuang.settings import read_settings

SEED = int(os.environ.get("YICHUANG_SEED", "20260302"))
PATIENCE = 120.0
LINE_OF = {"claim": "task.claimed", "complete": "task.completed"}
"""The line that an acknowledged request of a task leaves; an application leaves case.received."""

StartServer = Callable[..., Server]


def test_a_server_killed_again_and_again_loses_and_doubles_nothing(start_server: StartServer, tmp_path: Path):
    server = start_server()
    office = _opened(server, tmp_path)
    chance = random.Random(SEED)
    kills = by_size(6, 20, 50)
    for _ in range(kills):
        time.sleep(chance.uniform(0.2, 1.5))
        server.restart()
    _closed(server, office, kills=kills)


def test_a_request_without_an_answer_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(steps, "HANGS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        office = Office(url, dict.fromkeys(ACCOUNTS, "none"), Log(tmp_path / "acknowledged.jsonl"), SEED)
        office.send(office.log.ask("W01", "/applications", {}))
    assert len(office.hanging) == 1
    assert office.log.counts() == {"unknown": 1}


@pytest.mark.postgresql
def test_a_database_and_its_servers_killed_in_turn_lose_and_double_nothing(start_server: StartServer, tmp_path: Path):
    with own_cluster() as cluster:
        database = cluster.create("load")
        server = start_server(database=database)
        office = _opened(server, tmp_path)
        chance = random.Random(SEED)
        rounds = by_size(3, 5, 20)
        for number in range(rounds):
            time.sleep(chance.uniform(0.2, 2.0))
            cluster.kill(signal.SIGKILL if number % 2 else signal.SIGQUIT)
            cluster.start()
            for _ in range(2 if FULL else 1):
                time.sleep(chance.uniform(0.2, 2.0))
                server.restart()
        _closed(server, office, kills=rounds * (3 if FULL else 2))


def test_the_log_held_against_the_journal_bites(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON, key="done")
    path = f"/tasks/{sqlite_house.task(case_no, 'ut_formal').id}/complete"
    told = [
        Asked(0, "W01", "done", "/applications", {}, "acked"),
        Asked(1, "W01", "lost", "/applications", {}, "acked"),
        Asked(2, "W01", "done", "/applications", {}, "refused", 409),
        Asked(3, "W01", "done", path, {}, "acked"),
        Asked(4, "W02", "lost", path, {}, "refused", 409),
    ]
    assert [len(_against_the_journal(sqlite_house.door, [one])) for one in told] == [0, 1, 1, 1, 0]
    # And a doubled one: the same key in two lines of one kind.
    with sqlite_house.door.database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO journal_line SELECT root_id, 999, type, at, account, command_key, body, hash FROM journal_line"
            " WHERE type = 'case.received'"
        )
    assert len(_against_the_journal(sqlite_house.door, told[:1])) == 1


def _opened(server: Server, folder: Path) -> Office:
    """Give everybody a token and let them begin."""
    office = Office(server.url, tokens_for(server, ACCOUNTS), Log(folder / "acknowledged.jsonl"), SEED)
    office.open()
    return office


def _closed(server: Server, office: Office, *, kills: int) -> None:
    """Let everybody finish, and hold the log against the house."""
    _until_ready(server)
    office.close()
    first = office.log.counts()
    patience = time.monotonic() + PATIENCE
    uneven = settled(office, lambda: time.monotonic() < patience)
    figures = {"seed": SEED, "kills": kills, **first, "after asking again": office.log.counts()}
    print(json.dumps(figures, ensure_ascii=False))  # noqa: T201 - the figures are for whoever runs it with -s
    assert office.hanging == [], "a request got no answer at all"
    assert uneven == []
    assert set(office.log.counts()) <= {"acked", "refused"}, figures
    assert first["acked"] > kills // 2, "there was hardly any load"
    door = open_house(read_settings(server.data, server.database))
    try:
        assert _against_the_journal(door, office.log.asked) == []
        with door.read(SYSTEM) as view:
            assert verify(view.connection, door.part(Bundles), door.part(Blobs)) == []
    finally:
        door.database.close()


def _against_the_journal(door: Door, asked: list[Asked]) -> list[str]:
    """Return a sentence for each request whose lines are not what its answer said: acked once, refused never."""
    with door.database.reading() as connection:
        lines: dict[tuple[str, str], list[Any]] = {}
        query = sa.select(journal_line.c.account, journal_line.c.command_key, journal_line.c.type, journal_line.c.at)
        for row in connection.execute(query):
            lines.setdefault((row.account, row.command_key), []).append(row)
        keys = {(row.account, row.key) for row in connection.execute(sa.select(idempotency))}
    faults = []
    for one in asked:
        told = lines.get((one.account, one.key), [])
        wanted = LINE_OF.get(one.path.rpartition("/")[2], "case.received")
        times, instants = sum(row.type == wanted for row in told), {row.at for row in told}
        # Who holds a task already and takes it once more is told so, and no line is written.
        right = times == 1 or (times == 0 and wanted == LINE_OF["claim"])
        if one.became == "acked" and ((one.account, one.key) not in keys or not right or len(instants) > 1):
            faults.append(f"acknowledged, but {times} times in the journal: {one.account} {one.path}")
        if one.became == "refused" and (told or (one.account, one.key) in keys):
            faults.append(f"refused with {one.status}, but done: {one.account} {one.path}")
    return faults


def _until_ready(server: Server) -> None:
    patience = time.monotonic() + PATIENCE
    while time.monotonic() < patience:
        try:
            with urllib.request.urlopen(f"{server.url}readyz", timeout=10) as answer:  # noqa: S310 - loopback
                if answer.status == 200:
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"the service is not ready again\n{server.output()[-3000:]}")
