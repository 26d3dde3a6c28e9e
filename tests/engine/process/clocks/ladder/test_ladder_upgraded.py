"""An older house, whose clocks reminded and told people themselves, goes on with its ladder and repeats nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from engine.foundation.store.database import Database
from engine.process.clocks.cards.queries import cards_of, recent_cards
from engine.process.clocks.ladder.queries import told_of
from engine.process.clocks.queries import deadlines_of
from engine.registry.identity.rules import SYSTEM
from tests.support.first_release import FirstRelease, upgrade_to
from tests.support.house import House

LayOut = Callable[[str], FirstRelease]

BEFORE = "0024"
DUE = date(2026, 3, 10)


LATE = "2026-03-10 16:00:00+00", "2026-03-10T16:00:00.000000Z"
"""The end of 10 March in the city, as each database writes it."""


@pytest.fixture(params=[pytest.param("sqlite", marks=pytest.mark.sqlite),
                        pytest.param("postgresql", marks=pytest.mark.postgresql)])  # fmt: skip
def old(request: pytest.FixtureRequest, first_release: LayOut) -> FirstRelease:
    """An older house on each dialect, at the revision before its ladders were rows."""
    laid_out = first_release(request.param)
    database = Database(laid_out.database_url)
    with database.rebuilding() as connection:
        upgrade_to(connection, BEFORE)
    database.close()
    return laid_out


def ask(old: FirstRelease, statement: str) -> list[Any]:
    database = Database(old.database_url)
    try:
        with database.writing() as connection:
            found = connection.exec_driver_sql(statement)
            return list(found) if found.returns_rows else []
    finally:
        database.close()


def running(old: FirstRelease) -> str:
    """Return a running commitment clock of a case that is reviewed: reminded already, due on 10 March."""
    [(clock, due)] = ask(old, "SELECT id, due_on FROM clock WHERE state = 'running' AND kind = 'commitment'"
                              f" AND root_id = 'case:{old.cases['held']}'")  # fmt: skip
    assert str(due) == "2026-03-10"
    return str(clock)


def armed(old: FirstRelease, clock: str, state: str) -> None:
    """Put the overdue notice of the clock as a later program armed it, open or delivered."""
    at = LATE[old.url is None]
    root, fired = clock.rsplit(":", 2)[0], "NULL" if state == "open" else f"'{at}'"
    ask(old, "INSERT INTO deadline (id, root_id, clock_id, effect, due_at, wake_at, state, attempts, fired_at)"
             f" VALUES ('{clock}:overdue', '{root}', '{clock}', 'overdue', '{at}', '{at}', '{state}', 0, {fired})",
        )  # fmt: skip


def told(house: House, clock: str) -> set[tuple[str, date]]:
    with house.door.read(SYSTEM) as view:
        return {(one.rule_no, one.due_on) for one in told_of(view.connection, [clock]).get(clock, [])}


def looks(house: House, clock: str) -> list[datetime]:
    with house.door.read(SYSTEM) as view:
        rows = deadlines_of(view.connection, clock.rsplit(":", 2)[0])
        return [one.due_at for one in rows if (one.clock_id, one.effect, one.state) == (clock, "ladder", "open")]


def test_what_was_armed_is_one_look_and_what_was_delivered_is_not_told_again(old: FirstRelease) -> None:
    clock = running(old)
    armed(old, clock, "open")
    house = old.opened()
    assert looks(house, clock) == [datetime(2026, 3, 10, 16, tzinfo=UTC)]
    assert told(house, clock) == {("EM-NEAR", DUE)}, "the reminder had gone out"
    left = ask(old, f"SELECT count(*) FROM deadline WHERE effect IN ('reminder', 'overdue') AND clock_id = '{clock}'")
    assert left[0][0] == 0
    assert house.violations() == [], "before the first sweep"
    house.sweep()
    assert told(house, clock) >= {("EM-NEAR", DUE), ("EM-OVERDUE", DUE)}
    assert house.violations() == [], "and after it"


def test_a_clock_that_was_told_to_be_late_is_only_told_what_its_ladder_adds(old: FirstRelease) -> None:
    """It was reminded and told before the upgrade: afterwards only the order for supervision is left."""
    clock = running(old)
    armed(old, clock, "fired")
    house = old.opened()
    assert told(house, clock) == {("EM-NEAR", DUE), ("EM-OVERDUE", DUE)}
    house.sweep()
    assert looks(house, clock) == [datetime(2026, 3, 12, 16, tzinfo=UTC)]
    house.at(2026, 3, 13)
    house.sweep()
    assert told(house, clock) == {("EM-NEAR", DUE), ("EM-OVERDUE", DUE), ("EM-ORDER", DUE)}
    with house.door.read(SYSTEM) as view:
        given = [one.rule for one in cards_of(view.connection, [clock.rsplit(":", 2)[0]]) if one.clock_id == clock]
    assert "EM-OVERDUE" not in given, "its card was given then, or not at all"
    assert house.violations() == []


def test_the_cards_of_an_older_house_keep_what_they_said(old: FirstRelease) -> None:
    known = "SELECT clock_id, level, rule, sentence FROM alert_card ORDER BY id"
    before = ask(old, known)
    assert before, "the older house has given cards"
    house = old.opened()
    assert ask(old, known) == before
    assert ask(old, "SELECT count(*) FROM alert_card WHERE due_on IS NULL OR state <> 'given'")[0][0] == 0
    with house.door.read(SYSTEM) as view:
        assert {(one.extract, one.responsible) for one in recent_cards(view.connection)} == {((), ())}


def test_an_incident_of_a_deadline_that_has_another_name_now_is_closed(old: FirstRelease) -> None:
    clock = running(old)
    armed(old, clock, "open")
    ask(old, "INSERT INTO incident (id, root_id, element, sentence, attempts, since, state) VALUES"
             f" ('deadline:{clock}:overdue', '{clock.rsplit(':', 2)[0]}', 'overdue', '未能触发', 8,"
             f" '{LATE[old.url is None]}', 'open')")  # fmt: skip
    old.opened()
    assert [row.state for row in ask(old, "SELECT state FROM incident")] == ["healed"]
