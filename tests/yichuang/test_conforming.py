"""Closed cases are held in the background: once each, again when something is new, and one bad one holds up nobody."""

from __future__ import annotations

import time

from engine.oversight.audit.conforming.queries import Progress, Row, counts, due_cases, kinds, listed, progress
from engine.oversight.audit.conforming.rules import Asked
from engine.registry.identity.rules import SYSTEM, Scope
from tests.engine.oversight.publishing.test_releases import deploy, without
from tests.support.counting import statements
from tests.support.house import House
from tests.support.unlike import closed_case, forge, leave_out
from yichuang.conforming import hold_all, hold_some
from yichuang.worker import Worker

ALL = Scope(True, frozenset())


def due(house: House) -> list[str]:
    with house.door.read(SYSTEM) as view:
        return [one.case_no for one in due_cases(view.connection, view.now, 100)]


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
