"""A kept clock in words and day by day: its unit is known to lists, its days agree with its row."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import event

from deadlines.law.ledger import Unit
from engine.casework.cases.clockbook import ClockMissing, clock_of_case, clocks_of_case
from engine.casework.cases.grounds import _KINDS as GROUNDS
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.daybooks import words_of
from engine.process.clocks.ledgers import open_clock
from engine.process.clocks.queries import clocks_of, clocks_of_many, live_clocks
from engine.process.clocks.rules import TITLES, Terms
from engine.registry.identity.rules import SYSTEM
from tests.engine.casework.cases.procedures import stretches
from tests.support.house import COMPANY, House

ROOTS_OF_THEIR_OWN = {"first_contact", "consult", "entrusted_call"}


def test_every_kind_of_clock_of_a_case_has_its_ground():
    assert set(GROUNDS) == set(TITLES) - ROOTS_OF_THEIR_OWN
    assert all(one.anchor and one.clause for one in GROUNDS.values())


def test_a_clock_is_read_with_its_unit_and_hours_and_still_by_one_statement(house: House):
    case_no = house.accepted_commitment()
    root = f"case:{case_no}"
    with house.door.read(SYSTEM) as view:
        said: list[str] = []
        event.listen(view.connection, "before_cursor_execute", lambda *given: said.append(given[2]))
        read = (
            clocks_of(view.connection, root),
            clocks_of_many(view.connection, [root]),
            [row for row in live_clocks(view.connection, until=date(2026, 12, 31)) if row.root_id == root],
        )
        assert len(said) == 3
    for rows in read:
        found = {row.kind: (row.unit, row.office is not None) for row in rows}
        assert found["commitment"] == ("wd", False)
    assert {row.kind: row.unit for row in read[0]}["hand_over"] == "wh"
    assert next(row for row in read[0] if row.kind == "hand_over").office is not None


def test_calendar_days_are_said_as_such_and_a_passed_date_on_a_day_off_is_not_nothing(sqlite_house: House):
    root = f"case:{sqlite_house.accepted_commitment()}"
    with sqlite_house.unit(root) as unit:
        kinds: tuple[tuple[str, Unit], ...] = (("shipping", "cd"), ("uncollected", "wd"))
        for kind, counts in kinds:
            opened = open_clock(unit, root, Terms(kind, date(2026, 3, 2), 4, counts))
            assert (opened.due_on, opened.unit) == (date(2026, 3, 6), counts)
    with sqlite_house.door.read(SYSTEM) as view:
        rows = {row.kind: row for row in clocks_of(view.connection, root)}
        calendar = view.part(Calendars).current(view.connection)
    said = [words_of(rows["shipping"], calendar, date(2026, 3, day)) for day in (3, 5, 6, 7, 9)]
    assert said == [
        "正常 剩3日（自然日）",
        "临期 剩1日（自然日）",
        "今日到期",
        "超期1日（自然日）",
        "超期3日（自然日）",
    ]
    said = [words_of(rows["uncollected"], calendar, date(2026, 3, day)) for day in (3, 5, 7, 9)]
    assert said == ["正常 剩3个工作日", "临期 剩1个工作日", "已超期（不足1个工作日）", "超期1个工作日"]


def test_an_hour_clock_that_is_over_says_by_how_much_when_the_hour_is_known(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I10", COMPANY)
    sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    sqlite_house.complete("W01", case_no, "ut_accept", {})
    with sqlite_house.door.read(SYSTEM) as view:
        row = next(one for one in clocks_of(view.connection, f"case:{case_no}") if one.kind == "hand_over")
        calendar = view.part(Calendars).current(view.connection)
        assert row.due_at is not None
        assert row.due_on is not None
        late = row.due_at + timedelta(hours=1, minutes=5)
        minute = f"{row.due_at + timedelta(hours=8):%H:%M}"
        assert words_of(row, calendar, row.due_on) == f"{minute} 前"
        next_day = row.due_on + timedelta(days=1)
        assert words_of(row, calendar, next_day) == f"超时（{minute}）"
        assert words_of(row, calendar, next_day, late) == "超时1工作小时5分"


def test_the_days_of_every_clock_agree_with_its_row(sqlite_house: House):
    house = sqlite_house
    case_no = stretches.accepted(house)
    stretches.asked(house, case_no)
    house.at(2026, 3, 4)
    stretches.told(house, case_no)
    stretches.worked(house, case_no)
    house.at(2026, 3, 9)
    house.complete(stretches.people(house, case_no)[0], case_no, "ut_sp_result", stretches.RESULT)
    with house.door.read(SYSTEM) as view:
        clocks = clocks_of_case(view, house.case(case_no))
    assert [one.key for one in clocks][:2] == ["commitment.1", "statutory.1"]
    for one in clocks:
        row, found = one.book.view.row, one.book.view.reckoning
        at_due = [day for day in one.book.days if row.due_on is not None and day.day <= row.due_on]
        counted = sum(day.minutes // 60 if found.start.unit == "wh" else 1 for day in at_due if day.mark == "counted")
        assert counted == found.start.quota + found.extended, one.key
    promise = clock_of_case(clocks, "commitment.1")
    assert [(run.first, run.last, run.why) for run in promise.book.excluded if run.mark == "paused"] == [
        (date(2026, 3, 5), date(2026, 3, 9), "专家评审")
    ]
    assert [paper.kind for paper in promise.documents] == ["special_procedure_notice"]
    with pytest.raises(ClockMissing, match="commitment.7"):
        clock_of_case(clocks, "commitment.7")
