"""The request arrived, the answer did not: sent again under its key, it is answered as it was and done once."""

from __future__ import annotations

import http.client
import uuid
from collections.abc import Callable, Iterator

import pytest

from tests.faults.proxy import Tear, Wire, wire_to
from tests.faults.steps import ACTS, Walker
from tests.support.server import Server
from tests.support.tokens import tokens_for

TORN: tuple[Tear, ...] = ("after the request", "in the reply")
ACCOUNTS = ("W01", "W03", "D11", "D12", "D13")


@pytest.fixture
def wire(server: Server) -> Iterator[Wire]:
    """A wire to the server, whole at first."""
    with wire_to(server.url) as one:
        yield one


@pytest.fixture(scope="module")
def tokens(server: Server) -> dict[str, str]:
    """A token for each account of the walk."""
    return tokens_for(server, ACCOUNTS)


def _torn(wire: Wire, tear: Tear, act: Callable[[], object]) -> None:
    """Do the act over a wire that tears: it raises, as for a program whose answer is lost."""
    wire.tear, before = tear, wire.torn
    with pytest.raises((OSError, http.client.HTTPException, ValueError)):
        act()
    assert wire.torn == before + 1
    wire.tear = "nowhere"


@pytest.mark.parametrize("tear", TORN)
def test_a_lost_answer_to_an_application_is_given_again(wire: Wire, tokens: dict[str, str], tear: Tear):
    walker = Walker(wire.url, tokens)
    before = walker.call("W01", "GET", "/cases")["page"]["total"]
    key = uuid.uuid4().hex
    _torn(wire, tear, lambda: walker.receive(key))
    walker.receive(key)
    first = walker.case_no
    walker.receive(key)
    assert walker.case_no == first
    assert walker.call("W01", "GET", "/cases")["page"]["total"] == before + 1


@pytest.mark.parametrize("tear", TORN)
def test_a_whole_case_whose_every_answer_was_lost_once_is_done_once(
    wire: Wire, server: Server, tokens: dict[str, str], tear: Tear
):
    walker = Walker(wire.url, tokens)
    walker.receive(uuid.uuid4().hex)
    for account, element, answer in ACTS:
        path = f"/tasks/{walker.waiting(account, element)}/complete"
        body, key = {"answer": walker.whole(account, answer)}, uuid.uuid4().hex
        again = lambda: walker.call(account, "POST", path, body, key=key)  # noqa: B023, E731 - called in this round
        _torn(wire, tear, again)
        assert again() == again(), "the kept answer, every time"
    history = walker.call("D13", "GET", f"/cases/{walker.case_no}/history?limit=200")["lines"]
    assert [line["type"] for line in history].count("task.completed") == len(ACTS)
