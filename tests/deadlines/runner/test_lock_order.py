"""Who puts something off and who acts on the case take their locks in one order: neither ever ends the other."""

from __future__ import annotations

from engine.foundation.store.commands import Command
from engine.process.clocks.queries import settle
from engine.process.tasks.commands import PutOffDeadline
from engine.process.tasks.timers.commands import PutOffTimers
from engine.registry.identity.rules import SYSTEM
from tests.deadlines.runner.due import deadline_of, overdue_cases
from tests.support.house import House, NewHouse
from tests.support.size import FULL
from tests.support.threads import in_threads, results

ROUNDS = 500 if FULL else 60


def deadlocks(house: House) -> int:
    with house.door.database.reading() as connection:
        query = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        return int(connection.exec_driver_sql(query).scalar_one())


def test_putting_off_and_acting_on_the_case_at_once_never_deadlock(new_house: NewHouse):
    house = new_house("postgresql")
    [case_no] = overdue_cases(house, 1)
    one = deadline_of(house, case_no)

    def put_off() -> None:
        for number in range(ROUNDS):
            error = PutOffDeadline(root_id=one.root_id, deadline_id=one.id, error=f"round {number}")
            house.door.execute(error, SYSTEM, key=f"put-off-{number}")

    def act() -> None:
        # As any act does: the case first, then what belongs to it.
        for number in range(ROUNDS):
            with house.unit(one.root_id) as unit:
                settle(unit, f"{one.clock_id}-{number}", "met")
                settle(unit, one.clock_id, "open")

    results(in_threads(2, lambda number: (put_off, act)[number]()))
    assert deadline_of(house, case_no).attempts == ROUNDS, "no try was counted twice, none was lost"
    assert deadlocks(house) == 0


def test_whoever_puts_something_off_locks_what_it_belongs_to():
    commands: list[Command] = [
        PutOffDeadline(root_id="case:1", deadline_id="d", error=""), PutOffTimers(root_id="case:1", run=0, error=""),
    ]  # fmt: skip
    assert [one.roots() for one in commands] == [("case:1",), ("case:1",)]
