"""A full disk: a clear refusal, reading goes on, and when there is room again everything does (reliability §2.2).

The server's own files are bounded from outside (RLIMIT_FSIZE): the database file and its log are the real ones.
"""

from __future__ import annotations

import json
import os
import resource
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from engine.foundation.blobs.storage import Blobs
from engine.oversight.audit.invariants.verifying import Violation, verify
from engine.process.bpmn.releases.bundles import Bundles
from engine.registry.identity.rules import SYSTEM
from tests.faults.steps import Refused, Walker
from tests.support.family import until
from tests.support.house import COMPANY, PDF
from tests.support.server import Server
from tests.support.size import FULL
from tests.support.tokens import tokens_for
from yichuang.house import open_house
from yichuang.settings import read_settings

ROUNDS = 20 if FULL else 3


@contextmanager
def full_disk(pid: int) -> Iterator[None]:
    """Let no file of the process ``pid`` grow beyond what a table's first page needs."""
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1024, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def storage(server: Server) -> bool:
    """Tell whether /readyz says that there is room to write."""
    try:
        # Our own loopback.
        with urllib.request.urlopen(f"{server.url}readyz", timeout=10) as answer:  # noqa: S310
            body, status = json.load(answer), 200
    except urllib.error.HTTPError as error:
        body, status = json.load(error), error.code
    well = bool(body["parts"]["storage"])
    assert well or status == 503
    return well


@pytest.fixture
def walker(server: Server) -> Walker:
    """Somebody at the counter."""
    return Walker(server.url, tokens_for(server, ["W01"]))


def test_what_cannot_be_written_is_refused_and_is_done_when_there_is_room_again(server: Server, walker: Walker):
    body = {"item": "I02", "answer": dict(COMPANY)}
    for _ in range(ROUNDS):
        before, key = walker.call("W01", "GET", "/cases")["page"]["total"], uuid.uuid4().hex
        with full_disk(server.pid):
            for _ in range(2):
                with pytest.raises(Refused) as refused:
                    walker.call("W01", "POST", "/applications", body, key=key)
                assert (refused.value.status, refused.value.code) == (503, "STORE_UNAVAILABLE")
            assert walker.call("W01", "GET", "/cases")["page"]["total"] == before, "reading goes on"
            until(lambda: not storage(server), "said by /readyz")
        made = walker.call("W01", "POST", "/applications", body, key=key)
        assert walker.call("W01", "POST", "/applications", body, key=key) == made
        assert walker.call("W01", "GET", "/cases")["page"]["total"] == before + 1
        until(lambda: storage(server), "said by /readyz")
    assert _found(server) == []
    assert "Traceback" not in server.output()


def test_a_file_that_cannot_be_kept_is_refused_and_leaves_nothing(server: Server, walker: Walker):
    content = PDF.replace(b"\n", b"\n% " + os.urandom(6000).hex().encode() + b"\n", 1)
    with full_disk(server.pid), pytest.raises(Refused) as refused:
        walker.upload("W01", content)
    assert (refused.value.status, refused.value.code) == (503, "FILES_UNWRITABLE")
    assert list((server.data / "files").rglob("*.tmp")) == []
    assert walker.upload("W01", content)
    assert _found(server) == []


def _found(server: Server) -> list[Violation]:
    """Return every broken invariant of the server's house."""
    door = open_house(read_settings(server.data, None))
    try:
        with door.read(SYSTEM) as view:
            return verify(view.connection, door.part(Bundles), door.part(Blobs))
    finally:
        door.database.close()
