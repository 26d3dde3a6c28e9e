"""A year is published, a day is closed: drafted by one, confirmed by another, and every clock moves as was seen."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from deadlines.law.ledger import CalendarChange, Unit
from engine.foundation.clock import CITY
from engine.foundation.store.portable import keep_to_indexes
from engine.process.clocks import ledgers
from engine.process.clocks.calendars import Calendars, calendar_at, earlier
from engine.process.clocks.queries import deadlines_of, entries_of
from engine.process.clocks.rules import HourTerms, Terms
from engine.process.clocks.yearly import queries
from engine.process.clocks.yearly.commands import DraftClosure, DraftUndo
from engine.registry.identity.rules import SYSTEM
from tests.support.calendars import STORM, change, confirm, draft, preview, rows, told
from tests.support.house import House
from yichuang.calendaring import keep_up, recompute

ROOT = "case:1"
TEN = Terms("commitment", date(2026, 12, 28), 10, "wd")


def opened(house: House, terms: Terms | HourTerms = TEN, root: str = ROOT) -> str:
    with house.unit(root) as unit:
        if isinstance(terms, Terms):
            return ledgers.open_clock(unit, root, terms).id
        return ledgers.open_hour_clock(unit, root, terms).id


def ledger(house: House, clock_id: str) -> list[str]:
    with house.door.read(SYSTEM) as view:
        calendar = house.door.part(Calendars).current(view.connection)
        views = ledgers.explain(view.connection, calendar, clock_id.rsplit(":", 2)[0], date(2026, 12, 29))
        return [line.sentence for one in views if one.row.id == clock_id for line in one.reckoning.ledger]


def deadlines(house: House) -> dict[str, tuple[str, datetime]]:
    with house.door.read(SYSTEM) as view:
        return {one.effect: (one.state, one.due_at) for one in deadlines_of(view.connection, ROOT)}


def recorded(connection: Connection, ask: Callable[[], object]) -> list[str]:
    """Return the statements that ``ask`` sends."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, text: str, *_: object) -> None:
        sent.append(text)

    sa.event.listen(connection, "before_cursor_execute", note)
    ask()
    sa.event.remove(connection, "before_cursor_execute", note)
    return sent


def midnight(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=CITY)


# A year is published ----------------------------------------------------------------------------------------------


def test_G15_a_provisional_date_is_counted_again_when_the_year_is_published_with_a_line_in_its_ledger(house: House):
    house.at(2026, 12, 28)
    clock = opened(house)
    [before] = rows(house, ROOT)
    assert (before.due_on, before.provisional) == (date(2027, 1, 12), True)
    assert change(house) == 2
    [after] = rows(house, ROOT)
    # The 2027 of the notice differs from the derived one only later: the date stays, and is provisional no more.
    assert after == replace(before, provisional=False, calendar_version=2)
    assert ledger(house, clock)[-1] == (
        "2026年12月28日工作日历调整为第2版（2027年放假安排，国办发明电〔2026〕5号），到期日仍为2027年1月12日。"
    )
    assert [one["effect"] for one in told(house, ROOT)] == ["到期日仍为 2027-01-12，不再暂定"]


def test_a_date_moves_as_previewed_with_its_deadlines_and_a_line_in_the_journal(house: House):
    house.at(2027, 1, 25)
    clock = opened(house, Terms("commitment", date(2027, 1, 25), 12, "wd"))
    [before] = rows(house, ROOT)
    assert before.due_on == date(2027, 2, 16)
    made = draft(house)
    [moved] = preview(house, made).values()
    assert (moved.before, moved.after, moved.days, moved.settled) == (date(2027, 2, 16), date(2027, 2, 17), 1, True)
    # Nothing has happened yet.
    assert rows(house, ROOT) == [before]
    confirm(house, made)
    keep_up(house.door)
    [after] = rows(house, ROOT)
    assert (after.due_on, after.provisional, after.calendar_version) == (date(2027, 2, 17), False, 2)
    assert deadlines(house) == {"ladder": ("open", midnight(2027, 2, 16))}
    assert ledger(house, clock) == [
        (
            "自2027年1月25日起算，当日不计入、次日起算，期限12个工作日，到期日为2027年2月16日（暂定）"
            "；其间春节（2027年2月5日至2月10日）休息，不计入。"
        ),
        (
            "2027年1月25日工作日历调整为第2版（2027年放假安排，国办发明电〔2026〕5号），2027年2月11日改为休息，"
            "到期日由2027年2月16日改为2027年2月17日。"
        ),
    ]
    [line] = told(house, ROOT)
    assert (line["effect"], line["version"]) == ("到期日由 2027-02-16 改为 2027-02-17", 2)
    assert keep_up(house.door) == 0


@pytest.mark.parametrize("seed", [1])
def test_two_hundred_clocks_fall_due_as_the_preview_said(house: House, seed: int):
    chance = random.Random(seed)
    house.at(2026, 12, 1)
    for number in range(200):
        root = f"case:{number}"
        start = date(2026, 11, 1) + timedelta(days=chance.randrange(30))
        with house.unit(root) as unit:
            unit_of: Unit = chance.choice(("wd", "wd", "cd", "month"))
            quota = chance.randrange(1, 4) if unit_of == "month" else chance.randrange(90)
            ledgers.open_clock(unit, root, Terms("commitment", start, quota, unit_of))
            if chance.random() < 0.3:
                ledgers.pause_clocks(unit, root, start + timedelta(days=2), "听证", f"document:{number}")
                if chance.random() < 0.6:
                    ledgers.resume_clocks(unit, root, start + timedelta(days=20))
    made = draft(house)
    seen = preview(house, made)
    assert made.looked_at == 200
    old = {row.id: row for number in range(200) for row in rows(house, f"case:{number}")}
    confirm(house, made)
    keep_up(house.door)
    new = {row.id: row for number in range(200) for row in rows(house, f"case:{number}")}
    for id, row in new.items():
        expected = seen[id].after if id in seen else old[id].due_on
        assert (row.due_on, row.calendar_version) == (expected, 2), id
        assert row.provisional == (old[id].provisional and not (id in seen and seen[id].settled)), id
    assert sum(one.days != 0 for one in seen.values()) > 10
    assert sum(row.state == "paused" for row in new.values()) == made.paused > 10
    # Each clock that was touched has one line, and a ledger that says the date that stands.
    for id in seen:
        assert len(told(house, id.rsplit(":", 2)[0])) == 1
        with house.door.read(SYSTEM) as view:
            calendar = house.door.part(Calendars).current(view.connection)
            [one] = ledgers.explain(view.connection, calendar, id.rsplit(":", 2)[0], date(2026, 12, 1))
        assert one.reckoning.due == new[id].due_on
        assert [line.kind for line in one.reckoning.ledger].count("calendar") == 1
        assert one.reckoning.ledger[-1].due_after == new[id].due_on


def test_the_clock_of_a_paused_case_is_told_and_lands_by_the_new_calendar_when_it_goes_on(house: House):
    house.at(2027, 1, 25)
    clock = opened(house, Terms("commitment", date(2027, 1, 25), 12, "wd"))
    with house.unit(ROOT) as unit:
        ledgers.pause_clocks(unit, ROOT, date(2027, 1, 26), "听证", "document:1")
    change(house)
    [paused] = rows(house, ROOT)
    assert (paused.state, paused.due_on, paused.calendar_version) == ("paused", None, 2)
    assert [one["effect"] for one in told(house, ROOT)] == ["停表中，恢复计时后按新的日历计算"]
    with house.unit(ROOT) as unit:
        ledgers.resume_clocks(unit, ROOT, date(2027, 1, 28))
    [row] = rows(house, ROOT)
    assert (row.due_on, row.provisional) == (date(2027, 2, 19), False)
    assert "到期日待恢复计时后确定" in ledger(house, clock)[2]


def test_a_clock_opened_by_a_host_that_has_not_heard_of_the_change_is_found_by_its_version(house: House):
    other = house.neighbour()
    house.at(2027, 1, 25)
    with other.door.read(SYSTEM) as view:
        other.door.part(Calendars).current(view.connection)
    change(house)
    # A test's unit does not refresh, as one that had begun before the change.
    opened(other, Terms("commitment", date(2027, 1, 25), 12, "wd"))
    assert (rows(house, ROOT)[0].due_on, rows(house, ROOT)[0].calendar_version) == (date(2027, 2, 16), 1)
    assert keep_up(house.door) == 1
    assert (rows(house, ROOT)[0].due_on, rows(house, ROOT)[0].calendar_version) == (date(2027, 2, 17), 2)


def test_who_stops_in_the_middle_is_taken_over_and_every_root_has_one_line(house: House):
    house.at(2027, 1, 25)
    for number in range(120):
        opened(house, Terms("commitment", date(2027, 1, 25), 12, "wd"), f"case:{number:03}")
    confirm(house, draft(house))
    asked = iter([True, True, False])
    assert recompute(house.door, lambda: next(asked, False)) == 50
    with house.door.read(SYSTEM) as view:
        assert queries.stale_count(view.connection, 2, 1000) == 70
    assert keep_up(house.neighbour().door) == 70
    for number in range(120):
        assert len(told(house, f"case:{number:03}")) == 1


def test_until_it_is_counted_again_a_clock_is_explained_by_the_calendar_its_date_stands_by(house: House):
    house.at(2027, 1, 25)
    opened(house, Terms("commitment", date(2027, 1, 25), 12, "wd"))
    confirm(house, draft(house))
    with house.door.read(SYSTEM) as view:
        calendar = house.door.part(Calendars).current(view.connection)
        [one] = ledgers.explain(view.connection, calendar, ROOT, date(2027, 1, 26))
    assert (one.behind, one.reckoning.due, one.row.due_on) == (True, date(2027, 2, 16), date(2027, 2, 16))
    assert one.reckoning.provisional


def test_a_clock_that_had_ended_keeps_its_date_and_its_explanation(house: House):
    house.at(2027, 1, 25)
    clock = opened(house, Terms("commitment", date(2027, 1, 25), 12, "wd"))
    with house.unit(ROOT) as unit:
        ledgers.stop_clock(unit, ROOT, "commitment", date(2027, 1, 26))
    before, [row] = ledger(house, clock), rows(house, ROOT)
    change(house)
    assert rows(house, ROOT) == [row]
    assert ledger(house, clock) == before
    with house.door.read(SYSTEM) as view:
        current = house.door.part(Calendars).current(view.connection)
        assert earlier(view.connection, current, 1) == calendar_at(view.connection, 1)


def test_every_older_calendar_is_the_same_by_its_rows_and_by_what_has_changed_since(house: House):
    house.at(2027, 1, 25)
    change(house)
    change(house, replace(STORM, days="2027-07-19至2027-07-21"))
    change(house, DraftUndo(version=3, reason="预警解除，照常办公"))
    change(house, replace(STORM, days="2027-07-20"))
    with house.door.read(SYSTEM) as view:
        current = house.door.part(Calendars).current(view.connection)
        assert current.version == 5
        for version in range(1, 6):
            assert earlier(view.connection, current, version) == calendar_at(view.connection, version)


def test_what_is_done_to_a_lagging_clock_counts_it_again_first(house: House):
    house.at(2027, 1, 25)
    opened(house, Terms("commitment", date(2027, 1, 25), 12, "wd"))
    confirm(house, draft(house))
    with house.door.read(SYSTEM):
        pass
    with house.unit(ROOT) as unit:
        ledgers.extend_clock(unit, ROOT, "commitment", 2, "案情复杂", "document:2")
    [row] = rows(house, ROOT)
    assert (row.due_on, row.calendar_version) == (date(2027, 2, 19), 2)
    assert len(told(house, ROOT)) == 1
    assert keep_up(house.door) == 0


# A day is closed --------------------------------------------------------------------------------------------------


def test_T038_a_closure_of_20_July_2026_moves_what_counts_over_it_and_taking_it_back_restores_it(house: House):
    house.at(2026, 7, 17)
    case_no = house.accepted_commitment()
    root = f"case:{case_no}"
    before = {row.kind: row.due_on for row in rows(house, root) if row.due_on}
    assert change(house, STORM) == 2
    closed = {row.kind: row.due_on for row in rows(house, root) if row.due_on}
    with house.door.read(SYSTEM) as view:
        calendar = house.door.part(Calendars).current(view.connection)
        assert not calendar.is_workday(date(2026, 7, 20))
        assert calendar.name(date(2026, 7, 20)) == "暴雨停止办公"
    moved = {kind for kind in before if before[kind] != closed[kind]}
    assert "commitment" in moved
    assert all(closed[kind] == calendar.add(before[kind], 1).date for kind in moved)
    assert len(told(house, root)) == len(moved)
    assert house.violations() == []
    change(house, DraftUndo(version=2, reason="预警解除，照常办公"))
    assert {row.kind: row.due_on for row in rows(house, root) if row.due_on} == before
    assert house.violations() == []
    lines = [line.sentence for line in house.clocks(case_no)["commitment"].reckoning.ledger if line.kind == "calendar"]
    assert [("改为休息" in line, "改为上班" in line) for line in lines] == [(True, False), (False, True)]


def test_a_deadline_of_the_old_date_is_not_fired_once_the_day_is_closed(house: House):
    house.at(2026, 7, 15)
    opened(house, Terms("statutory", date(2026, 7, 15), 3, "wd"))
    house.at(2026, 7, 20, 8)
    confirm(house, draft(house, STORM))
    # The worker stands still; the sweeper does not.
    house.at(2026, 7, 21, 0, 5)
    assert house.sweep().fired == 0
    [row] = rows(house, ROOT)
    assert (row.due_on, row.lapsed, row.calendar_version) == (date(2026, 7, 21), False, 2)
    house.at(2026, 7, 22, 0, 5)
    assert house.sweep().fired == 1
    assert rows(house, ROOT)[0].lapsed


def test_a_reminder_that_went_out_for_a_date_that_stays_does_not_go_out_again(house: House):
    house.at(2026, 7, 16)
    opened(house, Terms("correction_limit", date(2026, 7, 16), 5, "cd"))
    house.at(2026, 7, 20, 8)
    assert house.sweep().fired == 1
    # Calendar days: the date stays, only the working day before it is another one now.
    change(house, STORM)
    assert rows(house, ROOT)[0].due_on == date(2026, 7, 21)
    assert deadlines(house) == {"ladder": ("fired", midnight(2026, 7, 20))}
    assert house.sweep().fired == 0
    assert told(house, ROOT) == []


def test_an_hour_clock_moves_by_the_closed_day_and_says_so(house: House):
    house.at(2026, 7, 17, 16, 30)
    clock = opened(house, HourTerms("hand_over", house.clock.now(), 4))
    change(house, STORM)
    [row] = rows(house, ROOT)
    assert row.due_at == datetime(2026, 7, 21, 11, 30, tzinfo=CITY)
    assert ledger(house, clock)[1].endswith("到期时间由2026年7月20日11:30改为2026年7月21日11:30。")
    with house.door.read(SYSTEM) as view:
        entries = entries_of(view.connection, clock)
    assert [one.closed for one in entries if isinstance(one, CalendarChange)] == [(date(2026, 7, 20),)]


def test_a_notice_goes_beneath_a_closed_day_and_taking_the_closure_back_brings_it_to_light(house: House):
    house.at(2026, 12, 1)
    change(house, DraftClosure(days="2027-02-11", reason="设备检修", document_no="安政服〔2026〕9号"))
    change(house)
    with house.door.read(SYSTEM) as view:
        [kept] = [day for day in queries.days_kept(view.connection).values() if day.row.day == date(2027, 2, 11)]
    assert (kept.row.name, kept.national.name) == ("设备检修", "春节")
    change(house, DraftUndo(version=2, reason="检修取消"))
    with house.door.read(SYSTEM) as view:
        calendar = house.door.part(Calendars).current(view.connection)
    assert calendar.name(date(2027, 2, 11)) == "春节"
    assert calendar.version == 4


def test_lagging_clocks_are_found_along_their_index_however_many_there_are(house: House):
    opened(house)
    with house.door.read(SYSTEM) as view:
        asked = (
            "SELECT clock.root_id FROM clock WHERE clock.state IN ('running', 'paused') AND clock.calendar_version < 2"
            " ORDER BY clock.calendar_version LIMIT 200"
        )
        keep_to_indexes(view.connection)
        explain = "EXPLAIN " if view.connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
        plan = " ".join(str(row) for row in view.connection.exec_driver_sql(explain + asked))
        sent = recorded(view.connection, lambda: queries.stale_roots(view.connection, 2, 200))
    assert "ix_clock_calendar_version" in plan
    assert len(sent) == 1
    assert " ".join(sent[0].split()).startswith(asked.split(" AND", maxsplit=1)[0])
