"""Clocks in a case's own unit: opened and armed, stopped and settled, explained line by line."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from deadlines.law.instants import legal_due_at
from deadlines.law.ledger import Start, Stop
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.queries import Line
from engine.process.clocks import ledgers, queries
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.cards import queries as cards
from engine.process.clocks.cards.queries import Card
from engine.process.clocks.ledgers import ClockRefused
from engine.process.clocks.queries import ClockRow, DeadlineRow
from engine.process.clocks.rules import Terms
from engine.registry.identity.rules import SYSTEM
from tests.support.house import COMPANY, House

ROOT = "case:1"
MONDAY = date(2026, 3, 2)
TWENTY = Terms("commitment", MONDAY, 20, "wd")
FIVE = Terms("correction_notice", MONDAY, 5, "wd", boundary="correction_notice")


def open_clock(house: House, terms: Terms) -> ClockRow:
    with house.unit(ROOT) as unit:
        return ledgers.open_clock(unit, ROOT, terms)


def stop_clock(house: House, kind: str, on: date) -> ClockRow | None:
    with house.unit(ROOT) as unit:
        return ledgers.stop_clock(unit, ROOT, kind, on)


def kept(house: House) -> list[ClockRow]:
    with house.door.read(SYSTEM) as view:
        return queries.clocks_of(view.connection, ROOT)


def deadlines(house: House) -> dict[str, DeadlineRow]:
    with house.door.read(SYSTEM) as view:
        return {one.id.removeprefix(f"{ROOT}:"): one for one in queries.deadlines_of(view.connection, ROOT)}


def last_line(house: House) -> Line:
    return house.journal(ROOT)[-1]


# Opening ----------------------------------------------------------------------------------------------------------


def test_an_opened_clock_keeps_its_ledger_and_its_due_date(house: House):
    row = open_clock(house, TWENTY)
    assert kept(house) == [row]
    assert (row.id, row.state, row.due_on, row.provisional) == (
        f"{ROOT}:commitment:1", "running", date(2026, 3, 30), False
    )  # fmt: skip
    with house.door.read(SYSTEM) as view:
        assert queries.entries_of(view.connection, row.id) == [Start(MONDAY, 20, "wd")]
        assert ledgers.anchor_of(view.connection, row.id) == MONDAY
    line = last_line(house)
    assert line.sentence.startswith("承诺时限起算：自 2026-03-02 起")
    assert line.sentence.endswith("到期日 2026-03-30")
    assert line.data["quota"] == 20


def test_the_boundary_is_delivered_when_the_due_day_is_over_in_the_city(house: House):
    open_clock(house, FIVE)
    [(name, boundary)] = deadlines(house).items()
    assert name == "correction_notice:1:boundary"
    assert boundary.due_at == boundary.wake_at == datetime(2026, 3, 9, 16, 0, tzinfo=UTC), "24:00 on 9 March"
    assert (boundary.state, boundary.attempts, boundary.fired_at) == ("open", 0, None)


def test_people_are_reminded_at_the_beginning_of_the_working_day_before(house: House):
    open_clock(house, TWENTY)
    [(name, reminder)] = deadlines(house).items()
    assert name == "commitment:1:ladder"
    assert reminder.due_at == datetime(2026, 3, 26, 16, 0, tzinfo=UTC), "00:00 on Friday, 27 March"


@pytest.mark.parametrize("quota", [0, 1])
def test_a_promise_shorter_than_the_reminder_is_not_reminded_of(quota: int, sqlite_house: House):
    row = open_clock(sqlite_house, Terms("commitment", MONDAY, quota, "wd"))
    [(name, overdue)] = deadlines(sqlite_house).items()
    assert row.due_on is not None
    assert (name, overdue.due_at) == ("commitment:1:ladder", legal_due_at(row.due_on))


def test_a_clock_without_an_effect_has_no_deadline(sqlite_house: House):
    open_clock(sqlite_house, Terms("correction_notice", MONDAY, 5, "wd"))
    assert deadlines(sqlite_house) == {}


def test_calendar_days_are_counted_and_a_day_off_moves_the_end(sqlite_house: House):
    row = open_clock(sqlite_house, Terms("delivery", date(2026, 2, 27), 2, "cd"))
    assert row.due_on == MONDAY, "the 1st of March is a Sunday"


def test_clocks_of_one_kind_are_numbered_and_the_newest_runs(house: House):
    open_clock(house, FIVE)
    stop_clock(house, "correction_notice", date(2026, 3, 4))
    second = open_clock(house, Terms("correction_notice", date(2026, 3, 25), 5, "wd", boundary="correction_notice"))
    assert second.number == 2
    assert [(row.number, row.state) for row in kept(house)] == [(1, "stopped"), (2, "running")]
    assert {name: one.state for name, one in deadlines(house).items()} == {
        "correction_notice:1:boundary": "met", "correction_notice:2:boundary": "open"
    }  # fmt: skip


def test_a_due_date_in_a_year_not_yet_published_is_called_provisional(sqlite_house: House):
    row = open_clock(sqlite_house, Terms("commitment", date(2026, 12, 25), 20, "wd"))
    assert row.provisional
    assert last_line(sqlite_house).data["provisional"] is True


@pytest.mark.parametrize("on", [date(1926, 3, 2), date(2035, 12, 30), date(2050, 1, 1)])
def test_a_day_outside_the_calendar_is_refused_with_a_sentence_and_nothing_is_kept(on: date, sqlite_house: House):
    with pytest.raises(ClockRefused) as refused:
        open_clock(sqlite_house, Terms("commitment", on, 20, "wd"))
    assert "工作日历" in refused.value.sentence
    assert kept(sqlite_house) == []


def test_an_application_from_before_the_calendar_is_refused_and_no_case_is_made(sqlite_house: House):
    with pytest.raises(ClockRefused):
        sqlite_house.receive("W01", "I02", {**COMPANY, "received_at": "1926-03-02T09:00"})
    with sqlite_house.door.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM case_file").scalar_one() == 0


# Stopping ---------------------------------------------------------------------------------------------------------


def test_a_stopped_clock_is_met_and_its_deadlines_settled(house: House):
    open_clock(house, TWENTY)
    row = stop_clock(house, "commitment", date(2026, 3, 10))
    assert row is not None
    assert (row.state, row.stopped_on, row.due_on) == ("stopped", date(2026, 3, 10), date(2026, 3, 30))
    with house.door.read(SYSTEM) as view:
        assert queries.entries_of(view.connection, row.id)[-1] == Stop(date(2026, 3, 10))
    assert {one.state for one in deadlines(house).values()} == {"met"}
    assert last_line(house).type == "clock.stopped"


def test_a_clock_stops_once_and_one_that_never_ran_not_at_all(house: House):
    open_clock(house, TWENTY)
    assert stop_clock(house, "commitment", date(2026, 3, 10)) is not None
    assert stop_clock(house, "commitment", date(2026, 3, 11)) is None
    assert stop_clock(house, "statutory", date(2026, 3, 11)) is None
    assert kept(house)[0].stopped_on == date(2026, 3, 10)
    assert [line.type for line in house.journal(ROOT)] == ["clock.opened", "clock.stopped"]


def test_a_clock_stopped_on_its_first_day_has_used_nothing(sqlite_house: House):
    open_clock(sqlite_house, TWENTY)
    assert stop_clock(sqlite_house, "commitment", MONDAY) is not None
    with sqlite_house.door.read(SYSTEM) as view:
        calendar = sqlite_house.door.part(Calendars).current(view.connection)
        [view_of] = ledgers.explain(view.connection, calendar, ROOT, MONDAY)
    assert (view_of.reckoning.used, view_of.standing.word) == (0, "met")


def test_a_stop_before_the_start_is_refused(sqlite_house: House):
    open_clock(sqlite_house, TWENTY)
    with pytest.raises(ClockRefused):
        stop_clock(sqlite_house, "commitment", date(2026, 3, 1))
    assert kept(sqlite_house)[0].state == "running"


def test_a_material_cannot_have_come_back_before_it_was_asked_for(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    defect = [{"no": "1", "verdict": "bad_form", "advice": "请签字"}]
    sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "correct", "materials": defect})
    sqlite_house.complete("D12", case_no, "ut_confirm_correction", {"confirmed": "agree"})
    sqlite_house.wait(minutes=5, seconds=30)
    sqlite_house.complete("W01", case_no, "ut_issue_correction", {"checked": True})
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("W01", case_no, "ut_receive_correction", {"received_at": "2026-03-02T09:09"})
    assert "received_at" in refused.value.errors
    sqlite_house.complete("W01", case_no, "ut_receive_correction", {"received_at": "2026-03-02T09:10"})


# Firing -----------------------------------------------------------------------------------------------------------


def test_a_deadline_is_taken_once_and_only_when_it_is_due(house: House):
    open_clock(house, FIVE)
    id = f"{ROOT}:correction_notice:1:boundary"

    def take() -> DeadlineRow | None:
        with house.unit(ROOT) as unit:
            return queries.take_due(unit, id)

    house.clock.set(datetime(2026, 3, 9, 15, 59, 59, 999999, tzinfo=UTC))
    assert take() is None
    house.clock.set(datetime(2026, 3, 9, 16, 0, tzinfo=UTC))
    taken = take()
    assert taken is not None and (taken.state, taken.fired_at) == ("fired", house.clock.now())
    assert take() is None


def test_a_fired_clock_has_ended_and_what_else_was_armed_is_cancelled(house: House):
    both = Terms("correction_notice", MONDAY, 5, "wd", boundary="correction_notice")
    row = open_clock(house, both)
    with house.unit(ROOT) as unit:
        ended = ledgers.end_fired_clock(unit, row.id)
    assert (ended.state, ended.boundary) == ("fired", "correction_notice")
    assert {one.state for one in deadlines(house).values()} == {"cancelled"}
    assert stop_clock(house, "correction_notice", date(2026, 3, 12)) is None
    assert house.journal(ROOT)[-1].type == "clock.fired"


def test_a_failed_try_moves_the_next_look_and_never_the_legal_instant(house: House):
    open_clock(house, FIVE)
    id = f"{ROOT}:correction_notice:1:boundary"
    due = deadlines(house)["correction_notice:1:boundary"].due_at
    house.at(2026, 3, 10)
    waits = []
    for attempt in range(1, 14):
        with house.unit(ROOT) as unit:
            ran_out = queries.put_off(unit, id, "打不开" * 2000)
        row = deadlines(house)["correction_notice:1:boundary"]
        assert (row.due_at, row.attempts, row.state) == (due, attempt, "open")
        assert len(str(row.last_error)) == 2000
        assert ran_out == (attempt == 8), "the administrator is told once, and the house goes on trying"
        waits.append((row.wake_at - house.clock.now()).total_seconds())
    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600]


def test_due_deadlines_come_in_order_and_in_pages(house: House):
    for number in range(3):
        with house.unit(f"case:{number}") as unit:
            terms = Terms("correction_notice", MONDAY + timedelta(days=2 - number), 5, "wd", boundary="b")
            ledgers.open_clock(unit, f"case:{number}", terms)
    late = datetime(2026, 3, 31, tzinfo=UTC)
    with house.door.read(SYSTEM) as view:
        found = queries.due_deadlines(view.connection, late)
        assert [root for root, _ in found] == ["case:2", "case:1", "case:0"]
        assert queries.due_deadlines(view.connection, late, limit=1) == found[:1]
        assert queries.next_wake(view.connection) == datetime(2026, 3, 9, 16, 0, tzinfo=UTC)
        assert queries.due_deadlines(view.connection, datetime(2026, 3, 9, 15, 59, tzinfo=UTC)) == []


# Explaining -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "today, word, left",
    [
        (date(2026, 3, 2), "normal", 20), (date(2026, 3, 26), "normal", 2), (date(2026, 3, 27), "near", 1),
        (date(2026, 3, 30), "due_today", 0), (date(2026, 3, 31), "overdue", -1),
    ],
)  # fmt: skip
def test_how_a_clock_stands_follows_from_the_day(today: date, word: str, left: int, sqlite_house: House):
    open_clock(sqlite_house, TWENTY)
    with sqlite_house.door.read(SYSTEM) as view:
        calendar = sqlite_house.door.part(Calendars).current(view.connection)
        [found] = ledgers.explain(view.connection, calendar, ROOT, today)
    assert (found.title, found.standing.word, found.reckoning.left) == ("承诺时限", word, left)
    assert found.reckoning.ledger[0].date == MONDAY


# Cards ------------------------------------------------------------------------------------------------------------


def test_a_card_of_one_level_is_given_once_for_a_clock(house: House):
    row = open_clock(house, FIVE)
    red = Card(ROOT, row.id, "red", "center", "DL-32.4", "未一次告知", house.clock.now(), due_on=row.due_on)
    with house.unit(ROOT) as unit:
        assert cards.give_card(unit, red) is True
        assert cards.give_card(unit, replace(red, sentence="又一次")) is False
        yellow = Card(ROOT, row.id, "yellow", "center", "DL-32.4", "提示", house.clock.now(), due_on=row.due_on)
        assert cards.give_card(unit, yellow) is True
        moved = replace(red, due_on=date(2026, 3, 20), at=house.clock.now() + timedelta(days=9))
        assert cards.give_card(unit, moved) is True, "for another date"
    with house.door.read(SYSTEM) as view:
        assert cards.cards_of(view.connection, [ROOT, "case:2"]) == [red, yellow, moved]
        assert cards.recent_cards(view.connection, limit=1) == [moved]
        assert cards.cards_of(view.connection, []) == []
