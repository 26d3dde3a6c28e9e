"""Closed cases are held in the background: once each, again when something is new, and one bad one holds up nobody."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa

from engine.casework.cases.tables import case_file
from engine.foundation.journal.sealing.queries import head_of_log
from engine.oversight.audit.conforming.keeping import queries as keeping
from engine.oversight.audit.conforming.keeping.queries import (
    Head,
    Held,
    Look,
    Progress,
    begin_anew,
    head,
    keep_all,
    look,
    progress,
)
from engine.oversight.audit.conforming.queries import Row, counts, kinds, listed
from engine.oversight.audit.conforming.rules import Asked
from engine.registry.identity.rules import SYSTEM, Scope
from tests.engine.oversight.publishing.test_releases import deploy, without
from tests.support.counting import statements
from tests.support.house import House
from tests.support.unlike import closed_case, forge, leave_out
from yichuang.conforming import hold_all, hold_some
from yichuang.sealing import seal_all
from yichuang.worker import Worker

ALL = Scope(True, frozenset())


def due(house: House) -> list[str]:
    with house.door.read(SYSTEM) as view:
        return [one.case_no for one in look(view.connection, view.now, 100).due]


def rows(house: House, asked: Asked, scope: Scope = ALL) -> list[Row]:
    with house.door.read(SYSTEM) as view:
        found, total = listed(view.connection, scope, asked, limit=50)
    assert total == len(found)
    return found


def far(house: House, scope: Scope = ALL) -> Progress:
    with house.door.read(SYSTEM) as view:
        return progress(view.connection, scope, view.now)


def test_only_closed_cases_are_held_and_each_of_them_once(house: House):
    case_no = closed_case(house)
    house.accepted_commitment()
    assert due(house) == [case_no] and far(house) == Progress(1, 1)
    assert hold_all(house.door) == 1
    assert due(house) == [] and far(house) == Progress(1, 0)
    assert hold_all(house.door) == 0
    [row] = rows(house, Asked(verdict="fits"))
    assert (row.case_no, row.own, row.published, row.why, row.places) == (case_no, 0, 0, None, ())
    assert rows(house, Asked()) == []


def test_a_new_line_and_a_new_release_make_it_due_again(sqlite_house: House):
    case_no = closed_case(sqlite_house)
    hold_all(sqlite_house.door)
    with sqlite_house.unit(f"case:{case_no}") as unit:
        unit.record("log.sealed_again", f"case:{case_no}")
    assert due(sqlite_house) == [case_no]
    hold_all(sqlite_house.door)
    assert due(sqlite_house) == []
    deploy(sqlite_house, route_instant=without("route_instant", "ut_head_decide"))
    assert due(sqlite_house) == [case_no]
    hold_all(sqlite_house.door)
    [row] = rows(sqlite_house, Asked(against="published"))
    assert row.own == 0 and row.published == 1
    assert [(one.kind, one.element) for one in row.places] == [("foreign", "ut_head_decide")]


def test_what_is_not_on_record_is_counted_by_item_department_and_kind_with_its_line(house: House):
    good, bad = closed_case(house), closed_case(house)
    leave_out(house, bad, "ut_head_decide")
    hold_all(house.door)
    [row] = rows(house, Asked())
    [place] = row.places
    assert (row.case_no, row.own, row.published) == (bad, 1, 1)
    assert (place.kind, place.element) == ("skipped", "ut_head_decide") and place.seq > 1
    assert place.sentence == "流程图上应当经过的“业务负责人直接审核”没有经过"
    with house.door.read(SYSTEM) as view:
        [count] = counts(view.connection, ALL, Asked())
        assert kinds(view.connection, ALL, Asked()) == {"skipped": (1, 1)}
    assert (count.item_code, count.department) == ("I06", "hrss")
    assert (count.cases, count.own, count.published, count.unknown) == (2, 1, 1, 0)
    assert [one.case_no for one in rows(house, Asked(verdict="fits"))] == [good]
    assert [one.case_no for one in rows(house, Asked(kind="skipped"))] == [bad]
    for nothing in (Asked(item="I02"), Asked(department="market"), Asked(kind="foreign"), Asked(verdict="unknown")):
        assert rows(house, nothing) == []


def test_another_departments_cases_are_not_counted(sqlite_house: House):
    leave_out(sqlite_house, closed_case(sqlite_house), "ut_head_decide")
    hold_all(sqlite_house.door)
    for department, seen in (("hrss", 1), ("market", 0)):
        scope = Scope(False, frozenset({department}))
        assert len(rows(sqlite_house, Asked(), scope)) == far(sqlite_house, scope).closed == seen
        with sqlite_house.door.read(SYSTEM) as view:
            assert len(counts(view.connection, scope, Asked())) == len(kinds(view.connection, scope, Asked())) == seen


def test_a_case_that_cannot_be_read_is_said_to_be_so_and_holds_up_nobody(sqlite_house: House):
    strange, good = closed_case(sqlite_house), closed_case(sqlite_house)
    forge(sqlite_house, strange, lambda line: line.update(v=2) if line["seq"] == 3 else None)
    assert hold_all(sqlite_house.door) == 2
    [row] = rows(sqlite_house, Asked(verdict="unknown"))
    assert (row.case_no, row.own, row.published) == (strange, None, None)
    assert row.why == "第 3 条记录是第 2 版格式，本版程序只认识第 1 版"
    assert [one.case_no for one in rows(sqlite_house, Asked(verdict="fits"))] == [good]


# By the log ----------------------------------------------------------------------------------------------------------


def seen(house: House) -> Look:
    with house.door.read(SYSTEM) as view:
        return look(view.connection, view.now, 100)


def followed(house: House) -> Head:
    with house.door.read(SYSTEM) as view:
        return head(view.connection)


def keep(house: House, what: Look, count: int | None = None) -> None:
    fits = Held((), (), "")
    with house.door.housekeeping() as connection:
        keep_all(connection, what, [(case, fits) for case in what.due[:count]], house.clock.now())


def test_it_is_found_by_the_log_and_what_was_looked_at_once_is_not_looked_at_again(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(keeping, "LOOKED", 3)
    numbers = [closed_case(house) for _ in range(2)]
    seal_all(house.door)
    with house.door.read(SYSTEM) as view:
        log = head_of_log(view.connection)
    assert log is not None and log.size > 3, "more leaves than are looked at together"
    assert far(house) == Progress(2, 2)
    assert hold_all(house.door) == 2
    assert followed(house).position == log.size
    assert sorted(row.case_no for row in rows(house, Asked(verdict="fits"))) == sorted(numbers)
    assert seen(house).nothing
    closed_case(house)
    assert [len(seen(house).due), seen(house).end] == [1, log.size], "what waits to be sealed is found, too"


def test_who_stops_in_the_middle_has_not_followed_the_log_past_what_is_left(sqlite_house: House):
    numbers = {closed_case(sqlite_house) for _ in range(3)}
    seal_all(sqlite_house.door)
    first = seen(sqlite_house)
    keep(sqlite_house, first, 1)
    assert followed(sqlite_house).position == 0
    rest = seen(sqlite_house)
    assert {one.case_no for one in rest.due} == numbers - {first.due[0].case_no}
    keep(sqlite_house, rest)
    assert followed(sqlite_house).position == rest.end > 0 and seen(sqlite_house).nothing


def test_of_a_case_that_moved_after_it_was_read_nothing_is_kept(sqlite_house: House):
    case_no = closed_case(sqlite_house)
    late = seen(sqlite_house)
    with sqlite_house.unit(f"case:{case_no}") as unit:
        unit.record("log.sealed_again", f"case:{case_no}")
    hold_all(sqlite_house.door)
    newer = rows(sqlite_house, Asked(verdict="fits"))
    keep(sqlite_house, late)
    assert rows(sqlite_house, Asked(verdict="fits")) == newer
    assert due(sqlite_house) == []


def test_who_has_read_before_all_was_begun_anew_does_not_follow_the_log_past_what_was_forgotten(house: House):
    numbers = {closed_case(house) for _ in range(3)}
    seal_all(house.door)
    keep(house, seen(house), 1)
    late = seen(house)
    assert len(late.due) == 2, "and with them the log would be followed to its end"
    with house.door.housekeeping() as connection:
        begin_anew(connection)
    keep(house, late)
    assert {one.case_no for one in seen(house).due} == numbers - {one.case_no for one in late.due}
    hold_all(house.door)
    assert {row.case_no for row in rows(house, Asked(verdict="fits"))} == numbers


def test_what_was_held_by_a_release_that_was_replaced_meanwhile_is_held_again(sqlite_house: House):
    case_no = closed_case(sqlite_house)
    late = seen(sqlite_house)
    deploy(sqlite_house, route_instant=without("route_instant", "ut_head_decide"))
    hold_all(sqlite_house.door)
    keep(sqlite_house, late)
    assert due(sqlite_house) == [case_no] and far(sqlite_house) == Progress(1, 1)
    hold_all(sqlite_house.door)
    assert [row.published for row in rows(sqlite_house, Asked(against="published"))] == [1]


def test_a_case_that_goes_on_is_forgotten(house: House):
    case_no = closed_case(house)
    hold_all(house.door)
    with house.unit(f"case:{case_no}") as unit:
        unit.connection.execute(case_file.update().where(case_file.c.case_no == case_no).values(closed_at=None))
        unit.record("log.sealed_again", f"case:{case_no}")
    seal_all(house.door)
    hold_all(house.door)
    assert rows(house, Asked(verdict="fits")) == [] and far(house) == Progress(0, 0)


def test_however_many_cases_are_held_only_those_that_moved_are_read(sqlite_house: House):
    """The plan of each question begins at the log or at what waits, and comes to every other row by its key."""
    for _ in range(2):
        closed_case(sqlite_house)
    seal_all(sqlite_house.door)
    hold_all(sqlite_house.door)
    with sqlite_house.door.read(SYSTEM) as view:
        with statements(view.connection) as made:
            assert look(view.connection, view.now, 100).nothing
        plans = [plan_of(view.connection, one) for one in made if "case_file" in one]
    assert plans
    for plan in plans:
        walked = {line.split()[1] for line in plan if line.startswith("SCAN ")}
        assert not walked & {"case_file", "root", "held_case", "journal_line", "log_leaf"}, plan


def plan_of(connection: sa.Connection, statement: str) -> list[str]:
    values = [1] * statement.count("?")
    found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(values))
    return [row[3] for row in found]


# Whose turn it is ----------------------------------------------------------------------------------------------------


def test_one_host_at_a_time_takes_a_turn(house: House):
    closed_case(house)
    assert hold_some(house.door) == 1
    closed_case(house)
    assert hold_some(house.door) == 0, "the turn was taken a moment ago"
    assert hold_all(house.door) == 1


def test_the_worker_holds_what_is_closed_by_itself(sqlite_house: House):
    closed_case(sqlite_house)
    worker = Worker(sqlite_house.door, pause_seconds=0.01)
    worker.start()
    patience = time.monotonic() + 60
    while far(sqlite_house).waiting and time.monotonic() < patience:
        time.sleep(0.05)
    worker.stop()
    assert far(sqlite_house) == Progress(1, 0)


def test_the_page_asks_the_same_number_of_statements_however_many_cases_there_are(sqlite_house: House):
    def asked() -> int:
        with sqlite_house.door.read(SYSTEM) as view, statements(view.connection) as made:
            listed(view.connection, ALL, Asked(), limit=20)
            counts(view.connection, ALL, Asked())
            kinds(view.connection, ALL, Asked())
            progress(view.connection, ALL, view.now)
        return len(made)

    none = asked()
    for _ in range(3):
        leave_out(sqlite_house, closed_case(sqlite_house), "ut_head_decide")
    hold_all(sqlite_house.door)
    assert asked() == none
