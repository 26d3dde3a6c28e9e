"""A message from outside and whatever else happens to its case at the same moment, from two hosts over one database."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from engine.foundation.store.unit import Unit
from engine.process.tasks.awaited.rules import MessageAmbiguous, MessageUnexpected
from tests.engine.process.test_tasks_awaited import arrivals, elements
from tests.support.house import House, NewHouse
from tests.support.outside import PAID, deliver, keys, listening_route, publish, waiting_case, waiting_route
from tests.support.size import FULL
from tests.support.threads import in_threads

ROUNDS = 20 if FULL else 3


def test_two_senders_of_one_message_at_once_and_it_is_delivered_once(house: House):
    publish(house, waiting_route())
    hosts = (house, house.neighbour())

    def send(key: str, number: int) -> Any:
        return deliver(hosts[number], key)

    for turn in range(ROUNDS):
        case_no = waiting_case(house, f"委{turn}")
        found = in_threads(2, partial(send, f"委{turn}"))
        assert sorted(type(one).__name__ for one in found) == ["MessageUnexpected", "dict"]
        assert len(arrivals(house, case_no)) == 1
        assert elements(house, case_no) == ["ut_head_decide"]
    assert house.violations() == []


def test_a_message_and_the_end_of_its_step_at_once_leave_the_case_whole(house: House):
    publish(house, listening_route())
    other = house.neighbour()

    def both(case_no: str, number: int) -> Any:
        if number:
            return house.complete("D11", case_no, "ut_substantive", {"findings": "审查", "site_visit": "no"})
        return deliver(other, case_no, PAID, message="payment_made")

    for _ in range(ROUNDS):
        case_no = house.accepted_commitment()
        message, review = in_threads(2, partial(both, case_no))
        assert isinstance(review, dict)
        assert isinstance(message, dict | MessageUnexpected)
        assert len(arrivals(house, case_no)) == isinstance(message, dict)
        assert elements(house, case_no) == ["ut_dept_opinion"]
        assert keys(house, case_no) == []
    assert house.violations() == []


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], Any]) -> None:
    """Let something happen just before the case that was found is locked; on SQLite nothing could."""
    lock, left = Unit.lock, [happens]

    def locked(unit: Unit, *ids: str) -> None:
        if left and ids[0].startswith("case:"):
            left.pop()()
        lock(unit, *ids)

    monkeypatch.setattr(Unit, "lock", locked)


def test_what_was_seen_before_the_lock_is_looked_at_again_under_it(
    new_house: NewHouse, monkeypatch: pytest.MonkeyPatch
):
    house = new_house("postgresql")
    other = house.neighbour()
    publish(house, waiting_route())
    first = waiting_case(house, "委1")
    with monkeypatch.context() as quicker:
        meanwhile(quicker, lambda: deliver(other, "委1"))
        with pytest.raises(MessageUnexpected):
            deliver(house, "委1")
    assert len(arrivals(house, first)) == 1
    second = waiting_case(house, "委2")
    with monkeypatch.context() as joined:
        meanwhile(joined, lambda: waiting_case(other, "委2"))
        with pytest.raises(MessageAmbiguous):
            deliver(house, "委2")
    assert arrivals(house, second) == []
    assert house.violations() == []


def test_a_key_that_has_gone_over_to_another_case_meanwhile_is_looked_up_anew(
    new_house: NewHouse, monkeypatch: pytest.MonkeyPatch
):
    house = new_house("postgresql")
    other = house.neighbour()
    publish(house, waiting_route())
    first, later = waiting_case(house, "委1"), ""

    def goes_over() -> None:
        nonlocal later
        deliver(other, "委1")
        later = waiting_case(other, "委1")

    meanwhile(monkeypatch, goes_over)
    assert deliver(house, "委1") == {"message": "appraisal_concluded"}
    assert (len(arrivals(house, first)), len(arrivals(house, later))) == (1, 1)
    assert house.violations() == []
