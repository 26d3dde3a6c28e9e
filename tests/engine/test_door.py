"""The door besides its commands: who is turned away and where that is written, what readers see, stale copies."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.door import StoreUnavailable
from engine.foundation.errors import Conflict, Invalid, NotFound
from engine.foundation.store.tables import epoch, root
from engine.foundation.store.unit import Unit, read_epochs
from engine.foundation.vault import Vault
from engine.process.clocks.calendars import Calendars
from engine.process.tasks.rules import TaskHeld
from engine.registry.identity.rules import SYSTEM, NotYourAction
from engine.registry.policies.commands import MoveClock
from engine.registry.policies.handlers import ClockRunsForward
from tests.engine.foundation.units import NOW
from tests.engine.toys import CLERK, NOBODY, ROOT, Settle, Toys
from tests.support.house import House, NewHouse


@pytest.fixture
def toys(migrated_url: str) -> Iterator[Toys]:
    opened = Toys(migrated_url)
    yield opened
    opened.database.close()


def access_of(toys: Toys, account: str) -> list[tuple[str, str]]:
    """Type and code of what is written in the access chain of an account."""
    return [(line.type, str(line.data.get("code", ""))) for line in toys.lines(f"access:{account}")]


def root_row(toys: Toys, id: str) -> tuple[int, int]:
    with toys.database.reading() as connection:
        row = connection.execute(sa.select(root).where(root.c.id == id)).one()
    return row.version, row.seq


# Turned away ------------------------------------------------------------------------------------------------------


def test_who_may_not_is_turned_away_and_that_is_written_in_his_own_chain(toys: Toys):
    with pytest.raises(NotYourAction) as refused:
        toys.execute(actor=NOBODY)
    assert "办理待办" in refused.value.sentence
    assert access_of(toys, "N00") == [("access.refused", "NOT_YOUR_ACTION")]
    assert toys.lines("access:N00")[0].data["command"] == "Touch"
    assert root_row(toys, ROOT) == (0, 0), "a refusal leaves the case as it was"


def test_each_refusal_is_written_even_under_the_same_key(toys: Toys):
    for _ in range(2):
        with pytest.raises(NotYourAction):
            toys.execute(actor=NOBODY)
    assert len(access_of(toys, "N00")) == 2


def test_what_belongs_to_the_system_is_refused_to_everybody_else(toys: Toys):
    with pytest.raises(NotYourAction):
        toys.execute(Settle())
    assert toys.execute(Settle(), SYSTEM) == {}


def test_a_thing_that_is_not_there_is_written_as_looked_for(toys: Toys):
    def not_there(unit: Unit) -> None:
        raise NotFound

    toys.inside = not_there
    with pytest.raises(NotFound):
        toys.execute()
    assert access_of(toys, "W01") == [("access.missed", "NOT_FOUND")]
    assert toys.effects == (0, 0, 0)


@pytest.mark.parametrize("refusal", [Conflict(), Invalid(), TaskHeld(name="n", who="w", at="a")], ids=repr)
def test_a_wrong_answer_or_a_changed_situation_is_no_breach_and_is_not_written(refusal: Exception, toys: Toys):
    def refuses(unit: Unit) -> None:
        raise refusal

    toys.inside = refuses
    with pytest.raises(type(refusal)):
        toys.execute()
    assert access_of(toys, "W01") == []


def test_the_systems_own_misses_are_not_written(toys: Toys):
    def not_there(unit: Unit) -> None:
        raise NotFound

    toys.inside = not_there
    with pytest.raises(NotFound):
        toys.execute(actor=SYSTEM)
    assert access_of(toys, "system") == []


# Reading ----------------------------------------------------------------------------------------------------------


def test_a_reading_has_the_instant_the_reader_and_the_parts(toys: Toys):
    with toys.door.read(CLERK) as view:
        assert (view.now, view.actor) == (NOW, CLERK)
        assert view.scope.everything
        assert view.part(Vault) is toys.door.part(Vault)


def test_a_reading_that_needs_a_permission_is_refused_and_written(toys: Toys):
    with pytest.raises(NotYourAction), toys.door.read(NOBODY, action="case.see"):
        pass
    assert access_of(toys, "N00") == [("access.refused", "NOT_YOUR_ACTION")]


def test_a_reader_who_asks_for_what_he_may_not_see_finds_it_written(toys: Toys):
    with pytest.raises(NotFound), toys.door.read(CLERK, action="case.see"):
        raise NotFound
    [line] = toys.lines("access:W01")
    assert (line.type, line.data["command"]) == ("access.missed", "case.see")


def test_a_look_is_written_in_the_readers_chain_and_changes_nothing_of_the_case(toys: Toys):
    before = root_row(toys, ROOT)
    toys.door.note_view(CLERK, "办件 1")
    toys.door.note_view(CLERK, "办件 1")
    assert [line.sentence for line in toys.lines("access:W01")] == ["查看 办件 1"] * 2
    assert root_row(toys, ROOT) == before


def test_the_next_unit_sees_the_clocks_instant(toys: Toys):
    toys.clock.advance(timedelta(hours=1))
    assert toys.door.now() == NOW + timedelta(hours=1)
    toys.execute()
    assert toys.lines(ROOT)[0].at == NOW + timedelta(hours=1)


def test_a_database_that_does_not_answer_is_told_as_unavailable(postgres, new_database):
    url = new_database("postgresql", migrated=True)
    toys = Toys(url)
    with toys.door.read(CLERK):
        pass
    postgres.drop(toys.database.url.database)
    asked = (toys.execute, toys.door.now, lambda: toys.door.note_view(CLERK, "x"),
             lambda: toys.door.answer_to(Settle, CLERK, "k"))  # fmt: skip
    for ask in asked:
        with pytest.raises(StoreUnavailable):
            ask()
    with pytest.raises(StoreUnavailable), toys.door.read(CLERK):
        pass
    toys.database.close()


# Stale copies -----------------------------------------------------------------------------------------------------


class Copies:
    """A host's copy of what an epoch names: here the epoch's own value, as the connection sees it."""

    def __init__(self) -> None:
        self.value = 0
        self.loads = 0
        self.before_keeping = lambda: None

    def reload(self, connection: Connection) -> None:
        """Read the rows and keep the copy."""
        self.loads += 1
        seen = read_epochs(connection)["calendar"]
        self.before_keeping()
        self.value = seen


def raise_epoch(toys: Toys) -> None:
    with toys.database.writing() as connection:
        Unit(connection, now=NOW, actor=SYSTEM, parts={}).raise_epoch("calendar")


def test_a_copy_is_read_again_once_after_each_change_and_by_readers_and_writers_alike(migrated_url: str):
    copies = Copies()
    toys = Toys(migrated_url, reloaders={"calendar": copies.reload})
    toys.execute(key="a")
    assert copies.loads == 0, "nothing was ever changed"
    for number in (1, 2, 3):
        raise_epoch(toys)
        for _ in range(2):
            if number % 2:
                toys.execute(key=f"{number}")
            else:
                toys.door.now()
            assert (copies.value, copies.loads) == (number, number)
    toys.database.close()


def test_a_change_that_was_rolled_back_changes_no_copy(migrated_url: str):
    copies = Copies()
    toys = Toys(migrated_url, reloaders={"calendar": copies.reload})

    def raises(unit: Unit) -> None:
        unit.raise_epoch("calendar")
        raise Conflict

    toys.inside = raises
    with pytest.raises(Conflict):
        toys.execute()
    toys.inside = lambda unit: None
    toys.execute()
    assert copies.loads == 0
    toys.database.close()


def test_a_copy_that_could_not_be_read_is_tried_again(migrated_sqlite_url: str):
    copies = Copies()
    toys = Toys(migrated_sqlite_url, reloaders={"calendar": copies.reload})
    raise_epoch(toys)

    def fails() -> None:
        raise ZeroDivisionError

    copies.before_keeping = fails
    with pytest.raises(ZeroDivisionError):
        toys.execute()
    copies.before_keeping = lambda: None
    toys.execute()
    assert copies.value == 1
    toys.database.close()


def test_who_reads_an_older_state_does_not_bring_the_old_copy_back(migrated_url: str):
    copies = Copies()
    toys = Toys(migrated_url, reloaders={"calendar": copies.reload})
    raise_epoch(toys)
    old_was_read, newer_is_there = threading.Event(), threading.Event()

    def linger() -> None:
        copies.before_keeping = lambda: None
        old_was_read.set()
        newer_is_there.wait(10)

    copies.before_keeping = linger
    slow = threading.Thread(target=toys.door.now)
    slow.start()
    old_was_read.wait(10)
    raise_epoch(toys)
    quick = threading.Thread(target=toys.door.now)
    quick.start()
    quick.join(0.5)  # Without a lock it goes through here; with one it waits until the slow one is done.
    newer_is_there.set()
    slow.join()
    quick.join()
    assert copies.value == 2
    toys.door.now()
    assert copies.value == 2
    toys.database.close()


def test_who_read_his_epochs_before_a_change_and_comes_after_it_brings_no_old_copy(migrated_url: str):
    copies = Copies()
    toys = Toys(migrated_url, reloaders={"calendar": copies.reload})
    raise_epoch(toys)
    has_read, may_go_on = threading.Event(), threading.Event()

    def linger(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "epoch" in statement and threading.current_thread() is slow:
            has_read.set()
            may_go_on.wait(10)

    sa.event.listen(toys.database._reader, "after_cursor_execute", linger)
    slow = threading.Thread(target=toys.door.now)
    slow.start()
    has_read.wait(10)
    raise_epoch(toys)
    toys.door.now()
    assert copies.value == 2
    may_go_on.set()
    slow.join()
    assert copies.value == 2
    toys.database.close()


# Two hosts over one database --------------------------------------------------------------------------------------


@pytest.fixture
def two_hosts(house: House) -> tuple[House, House]:
    """A house and its neighbour."""
    return house, house.neighbour()


def test_the_demonstrations_clock_moves_on_every_host(two_hosts: tuple[House, House]):
    here, there = two_hosts
    assert here.door.now() == there.door.now()
    here.door.execute(MoveClock(shift_seconds=86_400), SYSTEM, key="move")
    assert here.door.now() == there.door.now() == here.clock.now() + timedelta(days=1)
    with pytest.raises(ClockRunsForward):
        there.door.execute(MoveClock(shift_seconds=3600), SYSTEM, key="back")
    assert there.door.now() == here.clock.now() + timedelta(days=1)


def test_a_changed_calendar_is_the_next_units_calendar_on_every_host(two_hosts: tuple[House, House]):
    here = two_hosts[0]
    tuesday = (NOW + timedelta(days=1)).date()
    for one in two_hosts:
        with one.door.read(SYSTEM) as view:
            assert one.door.part(Calendars).current(view.connection).is_workday(tuesday)
    with here.door.database.writing() as connection:
        connection.execute(sa.text("UPDATE calendar_day SET is_workday = false WHERE day = :day"), {"day": tuesday})
        connection.execute(epoch.update().where(epoch.c.name == "calendar").values(value=epoch.c.value + 1))
    for one in two_hosts:
        with one.door.read(SYSTEM) as view:
            assert not one.door.part(Calendars).current(view.connection).is_workday(tuesday)


def test_a_house_that_is_opened_again_answers_a_repeated_command_as_before(new_house: NewHouse):
    house = new_house("sqlite")
    outcome = house.door.execute(MoveClock(shift_seconds=60), SYSTEM, key="move")
    house.reopen()
    assert house.door.execute(MoveClock(shift_seconds=60), SYSTEM, key="move") == outcome
    assert house.door.now() == house.clock.now() + timedelta(seconds=60)
