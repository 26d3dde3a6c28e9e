"""A database that somebody else holds, or that is slow: people wait, or are told, and nothing is half done."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from engine.casework.cases.commands import ReceiveApplication
from engine.door import StoreUnavailable
from engine.foundation.store import database
from engine.process.tasks.commands import ClaimTask
from engine.process.tasks.rules import TaskHeld
from engine.registry.identity.rules import SYSTEM
from tests.support.house import PERSON, House
from tests.support.threads import in_threads


@contextmanager
def held_by_another(house: House) -> Iterator[None]:
    """Hold the write lock of a SQLite file as another program would, who knows nothing of our lock file."""
    url = house.settings.database_url
    other = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield
        connection.exec_driver_sql("ROLLBACK")
    other.dispose()


@pytest.fixture
def impatient(sqlite_house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """A house that waits for a lock for a moment only."""
    monkeypatch.setattr(database, "WRITE_WAIT_SECONDS", 0.2)
    sqlite_house.reopen()
    return sqlite_house


def test_while_another_program_holds_the_file_reading_goes_on_and_writing_is_refused(impatient: House):
    case_no = impatient.receive("W01", "I06", PERSON)
    command = ClaimTask(task_id=impatient.task(case_no, "ut_formal").id)
    with held_by_another(impatient):
        with pytest.raises(StoreUnavailable):
            impatient.execute("W01", command, "the key")
        assert impatient.case(case_no).status == "received"
    impatient.execute("W01", command, "the key")
    assert impatient.task(case_no, "ut_formal").holder == "W01"
    assert impatient.violations() == []


def test_a_lock_that_is_given_up_in_time_is_only_a_wait(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    command = ClaimTask(task_id=sqlite_house.task(case_no, "ut_formal").id)
    begun, told = threading.Event(), []

    def wish() -> None:
        begun.set()
        told.append(sqlite_house.execute("W01", command))

    actor_known = sqlite_house.actor("W01")
    waiting = threading.Thread(target=wish)
    with held_by_another(sqlite_house):
        waiting.start()
        begun.wait()
        time.sleep(0.3)
        assert told == []
    waiting.join()
    assert sqlite_house.task(case_no, "ut_formal").holder == actor_known.account
    assert len(told) == 1


@contextmanager
def slow(house: House, seconds: float) -> Iterator[None]:
    """Let every statement of every host take longer."""

    def wait(*_: object) -> None:
        time.sleep(seconds)

    sa.event.listen(sa.Engine, "before_cursor_execute", wait)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", wait)


def test_on_a_slow_database_a_race_still_has_one_winner_and_every_number_one_case(house: House):
    doors = [house.door, house.neighbour().door]
    case_no = house.receive("W01", "I06", PERSON)
    claim = ClaimTask(task_id=house.task(case_no, "ut_formal").id)
    actors = [house.actor(account) for account in ("W01", "W02")]
    wish = ReceiveApplication(item_code="I06", answer=PERSON, partial=True)
    with slow(house, 0.004):
        claimed = in_threads(2, lambda number: doors[number].execute(claim, actors[number], key=uuid.uuid4().hex))
        made = in_threads(4, lambda number: doors[number % 2].execute(wish, actors[0], key=f"wish-{number // 2}"))
    assert sorted(isinstance(one, TaskHeld) for one in claimed) == [False, True]
    assert (made[0], made[2]) == (made[1], made[3]), "a double click, in a house where everything takes long"
    assert made[0] != made[2]
    with house.door.read(SYSTEM) as view:
        cases = view.connection.exec_driver_sql("SELECT count(*) FROM case_file").scalar_one()
    assert cases == 3
    assert house.violations() == []
