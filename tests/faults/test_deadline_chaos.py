"""Hosts that sweep are killed with kill -9 again and again while thousands are due: each is delivered exactly once."""

from __future__ import annotations

import random
import threading
from collections import Counter
from datetime import datetime
from functools import partial

import pytest
import sqlalchemy as sa

from engine.foundation.clock import CITY
from engine.foundation.journal.tables import journal_line
from engine.foundation.store.tables import idempotency
from engine.process.clocks.tables import deadline
from engine.registry.identity.rules import SYSTEM
from tests.support.family import until
from tests.support.house import COMPANY, House, NewHouse
from tests.support.size import FULL
from tests.support.sweeping import Sweeping

DUE = 10_000 if FULL else 100
ITEMS = ("I09", "I13")
"""Two, for an item has 9,999 numbers a day."""
KILLS = 8
PATIENCE = 3600.0 if FULL else 300.0
DAY = datetime(2026, 3, 10, 0, 0, 30, tzinfo=CITY)
"""Half a minute after all cases of Monday 2 March are deemed accepted."""


def open_count(house: House) -> int:
    with house.door.read(SYSTEM) as view:
        late = (deadline.c.state == "open") & (deadline.c.due_at <= DAY)
        return int(view.connection.execute(sa.select(sa.func.count()).where(late)).scalar_one())


def _down_to(house: House, goal: int) -> bool:
    return open_count(house) <= goal


@pytest.mark.parametrize("dialect, hosts", [("postgresql", 2), ("sqlite", 1)])
def test_each_deadline_is_delivered_exactly_once_whoever_is_killed_whenever(
    new_house: NewHouse, dialect: str, hosts: int
):
    house = new_house(dialect)
    for number in range(DUE):
        house.receive("W01", ITEMS[number % len(ITEMS)], COMPANY)
    house.clock.set(DAY)
    assert open_count(house) == DUE
    chance = random.Random(31)
    sweeping = [Sweeping(house.settings, DAY, name=str(number)).start() for number in range(hosts)]
    try:
        for number in range(KILLS):
            # A share of the work for each life, and the blow in the middle of a delivery.
            goal = DUE - (number + 1) * DUE // (KILLS + 2)
            until(partial(_down_to, house, goal), f"at most {goal} left", PATIENCE)
            assert open_count(house) > 0, "all was delivered before the last blow"
            victim = chance.choice(sweeping)
            threading.Event().wait(chance.uniform(0.0, 0.1))
            victim.kill()
            victim.start()
        until(lambda: open_count(house) == 0, "all is delivered", PATIENCE)
        for one in sweeping:
            one.more(2)
    finally:
        for one in sweeping:
            one.kill()
    with house.door.read(SYSTEM) as view:
        fired = sa.select(deadline.c.root_id, deadline.c.attempts).where(deadline.c.state == "fired")
        rows = view.connection.execute(fired).all()
        told = sa.select(journal_line.c.root_id, journal_line.c.command_key).where(
            journal_line.c.command_key.startswith("fire:")
        )
        deliveries = Counter(root for root, _ in set(view.connection.execute(told).all()))
        answers = sa.select(idempotency.c.outcome).where(idempotency.c.command == "FireDeadline")
        outcomes = Counter(bool(one["fired"]) for one in view.connection.execute(answers).scalars())
    assert Counter(row.root_id for row in rows) == deliveries, "the journal tells of each, once"
    assert set(deliveries.values()) == {1}
    assert (len(deliveries), outcomes[True]) == (DUE, DUE)
    assert {row.attempts for row in rows} == {0}, "no delivery failed: a kill is no failure of the case"
    assert house.violations() == []
