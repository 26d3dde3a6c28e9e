"""Exactly once under a key, or not at all: whatever is pressed twice, raised, raced or cut off."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from engine.door import ContentUnwritable, KeyReused, StoreFull, StoreUnavailable
from engine.foundation.errors import Conflict, Invalid
from engine.foundation.journal.sealing.proving import check_chain
from engine.foundation.store.tables import epoch, root
from engine.foundation.store.unit import LostRace, RootMissing, Unit
from engine.registry.identity.rules import NotYourAction
from tests.engine.toys import CLERK, NOBODY, OTHER, ROOT, Press, Touch, Toys
from tests.support.threads import in_threads, results

NOTHING = (0, 0, 0)
ONCE = (1, 1, 1)


@pytest.fixture
def toys(migrated_url: str) -> Iterator[Toys]:
    opened = Toys(migrated_url)
    yield opened
    opened.database.close()


@pytest.fixture
def sqlite_toys(migrated_sqlite_url: str) -> Iterator[Toys]:
    opened = Toys(migrated_sqlite_url)
    yield opened
    opened.database.close()


# Once -----------------------------------------------------------------------------------------------------------


def test_a_command_has_its_effect_its_line_and_its_answer(toys: Toys):
    assert toys.execute(key="abc") == {"text": "一", "line": 1}
    assert toys.effects == ONCE
    [line] = toys.lines(ROOT)
    assert (line.command, line.key, line.account, line.data) == ("Touch", "abc", "W01", {"text": "一"})


def test_the_same_command_again_gets_the_same_answer_and_changes_nothing(toys: Toys):
    first = toys.execute()
    assert [toys.execute() for _ in range(3)] == [first] * 3
    assert toys.effects == ONCE
    assert toys.runs == 1


def test_a_double_click_of_eight_hands_at_once_is_one_effect_and_one_answer(toys: Toys):
    found = results(in_threads(8, lambda _: toys.execute()))
    assert found == [{"text": "一", "line": 1}] * 8
    assert toys.effects == ONCE


def test_two_hosts_that_get_the_same_request_have_one_effect_between_them(toys: Toys, migrated_url: str):
    second = Toys(migrated_url)
    found = results(in_threads(8, lambda number: (toys, second)[number % 2].execute()))
    assert found == [{"text": "一", "line": 1}] * 8
    assert toys.effects == ONCE
    second.database.close()


def test_different_keys_at_once_each_have_their_effect(toys: Toys):
    found = results(in_threads(8, lambda number: toys.execute(key=f"k{number}")))
    assert sorted(one["line"] for one in found) == list(range(1, 9)), "each saw the root as the one before left it"
    assert toys.effects == (8, 8, 8)
    with toys.database.reading() as connection:
        assert check_chain(connection, ROOT) is None


@pytest.mark.parametrize("other", [Touch(text="二"), Touch(more={"a": 1}), Press()], ids=str)
def test_a_key_that_was_used_for_something_else_is_refused(other: Touch, toys: Toys):
    toys.execute()
    with pytest.raises(KeyReused):
        toys.execute(other)
    assert toys.effects == ONCE


def test_a_key_belongs_to_its_account(toys: Toys):
    toys.execute()
    assert toys.execute(actor=OTHER) == {"text": "一", "line": 2}
    assert toys.effects == (2, 2, 2)


def test_a_field_left_empty_and_a_field_left_out_are_the_same_content(toys: Toys):
    first = toys.execute(Touch(more={"a": None}))
    assert toys.execute(Touch(more={})) == first
    assert toys.effects == ONCE


@pytest.mark.parametrize("odd", [1.5, 2**60, "\ud800", b"x", [None], {"名": 1}], ids=ascii)
def test_content_that_no_journal_can_hold_is_refused_before_anything_happens(odd: Any, toys: Toys):
    with pytest.raises(ContentUnwritable):
        toys.execute(Touch(more={"a": odd}))
    assert toys.effects == NOTHING


def test_what_a_command_answered_can_be_asked_for_by_its_own_account(toys: Toys):
    assert toys.door.answer_to(Touch, CLERK, "k") is None
    answer = toys.execute()
    assert toys.door.answer_to(Touch, CLERK, "k") == answer
    assert toys.door.answer_to(Press, CLERK, "k") is None
    assert toys.door.answer_to(Touch, OTHER, "k") is None
    assert toys.door.answer_to(Touch, CLERK, "l") is None


# Not at all -----------------------------------------------------------------------------------------------------


def raising(error: BaseException) -> Callable[[Unit], Mapping[str, Any]]:
    def inside(unit: Unit) -> Mapping[str, Any]:
        raise error

    return inside


def unwritable_event(unit: Unit) -> None:
    unit.record("toy.touched", ROOT, days=1.5)


def unwritable_answer(unit: Unit) -> Mapping[str, Any]:
    return {"answer": object()}


def foreign_root(unit: Unit) -> None:
    unit.record("toy.touched", "case:2")


FAILURES: dict[str, tuple[Callable[[Unit], Any], type[BaseException]]] = {
    "a refusal": (raising(Conflict()), Conflict),
    "another refusal": (raising(Invalid("不行")), Invalid),
    "a fault of the program": (raising(ZeroDivisionError()), ZeroDivisionError),
    "an interrupt": (raising(KeyboardInterrupt()), KeyboardInterrupt),
    "an exit": (raising(SystemExit()), SystemExit),
    "a journal line that cannot be written": (unwritable_event, TypeError),
    "an answer that cannot be kept": (unwritable_answer, StatementError),
    "an event of a root that is not locked": (foreign_root, LookupError),
    "a root that is not there": (lambda unit: unit.lock("case:2"), RootMissing),
}


@pytest.mark.parametrize("what", FAILURES)
def test_whatever_is_raised_nothing_has_happened_and_the_key_is_free(what: str, toys: Toys):
    toys.inside, expected = FAILURES[what]
    with pytest.raises(expected):
        toys.execute()
    assert toys.effects == NOTHING
    toys.inside = lambda unit: None
    assert toys.execute()["line"] == 1
    assert toys.effects == ONCE


@pytest.mark.parametrize("error", [Conflict(), ZeroDivisionError()], ids=repr)
def test_a_subscriber_that_raises_takes_the_command_with_it(error: Exception, migrated_url: str):
    heard: list[str] = []

    def fails(unit: Unit, event: Any) -> None:
        heard.append(event.type)
        if len(heard) == 1:
            raise error

    toys = Toys(migrated_url, subscribers={"toy.touched": (fails,)})
    with pytest.raises(type(error)):
        toys.execute()
    assert toys.effects == NOTHING
    toys.execute()
    assert (toys.effects, heard) == (ONCE, ["toy.touched"] * 2)
    toys.database.close()


def test_a_subscriber_hears_its_own_events_in_the_same_unit(migrated_sqlite_url: str):
    heard: list[tuple[str, bool]] = []

    def listen(unit: Unit, event: Any) -> None:
        heard.append((event.data["text"], ROOT in unit.roots))
        unit.record("toy.heard", ROOT)

    toys = Toys(migrated_sqlite_url, subscribers={"toy.touched": (listen,), "toy.other": (listen,)})
    toys.execute()
    assert heard == [("一", True)]
    assert [line.type for line in toys.lines(ROOT)] == ["toy.touched", "toy.heard"]
    toys.database.close()


def test_what_a_subscriber_records_is_told_to_those_who_listen_to_it(migrated_sqlite_url: str):
    heard: list[str] = []

    def moves(unit: Unit, event: Any) -> None:
        heard.append(event.type)
        unit.record("toy.moved", ROOT)

    def follows(unit: Unit, event: Any) -> None:
        heard.append(event.type)

    toys = Toys(migrated_sqlite_url, subscribers={"toy.touched": (moves,), "toy.moved": (follows,)})
    toys.execute()
    assert heard == ["toy.touched", "toy.moved"]
    toys.database.close()


# Lost races -----------------------------------------------------------------------------------------------------


def failing_first(times: int, error: Callable[[], Exception]) -> Callable[[Unit], None]:
    """Raise ``error()`` the first ``times`` times."""
    left = [times]

    def inside(unit: Unit) -> None:
        if left[0]:
            left[0] -= 1
            raise error()

    return inside


def deadlock() -> OperationalError:
    return OperationalError("SELECT", {}, psycopg.errors.DeadlockDetected("deadlock detected"))


def locked() -> OperationalError:
    return OperationalError("BEGIN", {}, sqlite3.OperationalError("database is locked"))


def clash() -> IntegrityError:
    return IntegrityError("INSERT", {}, sqlite3.IntegrityError("UNIQUE constraint failed"))


def full_disk() -> OperationalError:
    return OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))


@pytest.mark.parametrize("error", [LostRace, deadlock, locked, clash], ids=lambda one: one.__name__)
def test_a_race_lost_once_is_run_again_and_has_one_effect(error: Callable[[], Exception], toys: Toys):
    toys.inside = failing_first(1, error)
    assert toys.execute() == {"text": "一", "line": 1}
    assert toys.runs == 2
    assert toys.effects == ONCE


@pytest.mark.parametrize(
    "error, expected",
    [(LostRace, LostRace), (clash, LostRace), (deadlock, StoreUnavailable), (locked, StoreUnavailable)],
    ids=lambda one: one.__name__,
)
def test_a_race_lost_twice_is_told_and_nothing_has_happened(
    error: Callable[[], Exception], expected: type[Exception], toys: Toys
):
    toys.inside = failing_first(2, error)
    with pytest.raises(expected):
        toys.execute()
    assert toys.runs == 2
    assert toys.effects == NOTHING
    assert toys.execute()["line"] == 1


def raising_in_turn(*errors: Exception) -> Callable[[Unit], None]:
    left = list(errors)

    def inside(unit: Unit) -> None:
        raise left.pop(0)

    return inside


def test_whichever_way_a_race_is_lost_the_second_time_it_is_told(toys: Toys):
    for first, second in ((LostRace, deadlock), (deadlock, LostRace), (clash, deadlock), (LostRace, clash)):
        toys.inside = raising_in_turn(first(), second())
        with pytest.raises((LostRace, StoreUnavailable)):
            toys.execute()
        assert toys.effects == NOTHING


def test_a_full_disk_is_not_tried_again_and_told_in_one_line(toys: Toys, caplog: pytest.LogCaptureFixture):
    toys.inside = failing_first(1, full_disk)
    with pytest.raises(StoreFull), caplog.at_level("WARNING"):
        toys.execute()
    assert (toys.runs, toys.effects) == (1, NOTHING)
    told = [(one.getMessage(), one.exc_info) for one in caplog.records]
    assert told == [("Touch was given up: database or disk is full", None)]


def test_a_root_that_moved_under_the_lock_is_a_lost_race_that_the_second_try_wins(sqlite_toys: Toys):
    toys = sqlite_toys

    def overtaken(unit: Unit) -> None:
        if toys.runs == 1:
            unit.connection.execute(root.update().where(root.c.id == ROOT).values(version=root.c.version + 1))

    toys.inside = overtaken
    assert toys.execute()["line"] == 1
    assert toys.runs == 2
    assert toys.effects == ONCE


def test_a_unique_row_that_was_in_the_way_once_is_tried_again(toys: Toys):
    def clashes(unit: Unit) -> None:
        if toys.runs == 1:
            for _ in range(2):
                unit.connection.execute(epoch.insert().values(name="x", value=1))

    toys.inside = clashes
    toys.execute()
    assert (toys.runs, toys.effects) == (2, ONCE)


# Lost connections -------------------------------------------------------------------------------------------------


def cut_my_connection(unit: Unit) -> None:
    """Let the server end this unit's connection, as a restart of it does."""
    url = unit.connection.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    mine = unit.connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [mine])
    unit.connection.exec_driver_sql("SELECT 1")


def test_a_connection_that_breaks_in_the_middle_costs_one_more_try(migrated_postgresql_url: str):
    toys = Toys(migrated_postgresql_url)
    toys.inside = lambda unit: cut_my_connection(unit) if toys.runs == 1 else None
    assert toys.execute()["line"] == 1
    assert (toys.runs, toys.effects) == (2, ONCE)
    toys.database.close()


def test_a_connection_that_breaks_twice_is_told_as_unavailable(migrated_postgresql_url: str):
    toys = Toys(migrated_postgresql_url)
    toys.inside = cut_my_connection
    with pytest.raises(StoreUnavailable):
        toys.execute()
    assert (toys.runs, toys.effects) == (2, NOTHING)
    toys.database.close()


def test_a_commit_whose_answer_was_lost_is_not_done_twice(migrated_postgresql_url: str):
    toys = Toys(migrated_postgresql_url)
    lost: list[bool] = []

    def commit_and_lose_the_answer(connection: sa.Connection) -> None:
        if not lost:
            lost.append(True)
            connection.connection.dbapi_connection.commit()  # type: ignore[union-attr]  # it is connected
            raise OperationalError("COMMIT", {}, psycopg.OperationalError("gone"), connection_invalidated=True)

    sa.event.listen(toys.database._writer, "commit", commit_and_lose_the_answer)
    assert toys.execute()["line"] == 1
    assert (toys.runs, toys.effects) == (1, ONCE), "the second try found the first one's key"
    toys.database.close()


# After the commit -------------------------------------------------------------------------------------------------


def test_what_waits_for_the_commit_sees_it_committed(toys: Toys):
    seen: list[tuple[int, int, int]] = []
    toys.inside = lambda unit: unit.after_commit.append(lambda: seen.append(toys.effects))
    toys.execute()
    assert seen == [ONCE]
    toys.execute()
    assert seen == [ONCE], "a repeated command does nothing, not even afterwards"


def test_nothing_is_done_afterwards_when_the_command_failed(toys: Toys):
    seen: list[str] = []

    def inside(unit: Unit) -> None:
        unit.after_commit.append(lambda: seen.append("done"))
        raise ZeroDivisionError

    toys.inside = inside
    with pytest.raises(ZeroDivisionError):
        toys.execute()
    assert seen == []


def test_what_fails_after_the_commit_does_not_take_back_the_answer(toys: Toys):
    seen: list[str] = []

    def inside(unit: Unit) -> None:
        unit.after_commit.append(lambda: 1 // 0)
        unit.after_commit.append(lambda: seen.append("the next one"))

    toys.inside = inside
    assert toys.execute()["line"] == 1
    assert (toys.effects, seen) == (ONCE, ["the next one"])


def test_nobody_without_a_role_gets_as_far_as_the_key(toys: Toys):
    with pytest.raises(NotYourAction):
        toys.execute(actor=NOBODY)
    assert (toys.runs, toys.effects) == (0, NOTHING)
