"""前台后台衔接有序 (4.1.6): papers of an accepted case that nobody has signed for within the hours are told of."""

from __future__ import annotations

from engine.process.tasks.notifications.queries import notifications_for
from tests.support.house import COMPANY, PERSON, House


def accepted(house: House) -> str:
    case_no = house.receive("W01", "I02", COMPANY)
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    house.complete("W01", case_no, "ut_accept", {})
    return case_no


def warned(house: House, account: str) -> list[str]:
    with house.door.read(house.actor(account)) as view:
        told = notifications_for(view.connection, view.actor)
    return [one.sentence for one in told if "转办时限" in one.sentence]


def test_T026_accepted_at_9_00_and_not_handed_over_by_13_00_there_is_a_warning(house: House):
    house.at(2026, 3, 2, 9, 0)
    case_no = accepted(house)
    house.at(2026, 3, 2, 12, 59)
    house.sweep()
    assert warned(house, "W01") == []
    house.at(2026, 3, 2, 13, 0)
    house.sweep()
    assert warned(house, "W01") == ["转办时限已于 2026-03-02 13:00 届满，尚未办结，请立即办理。"]
    assert warned(house, "S51") != []
    assert house.clocks(case_no)["hand_over"].row.state == "running"
    assert house.violations() == []


def test_T026_papers_signed_for_in_time_warn_nobody(house: House):
    house.at(2026, 3, 2, 9, 0)
    case_no = accepted(house)
    house.at(2026, 3, 2, 11, 0)
    house.complete("D11", case_no, "ut_receive_paper", {"signature": house.signature("D11")})
    house.at(2026, 3, 3, 9, 0)
    house.sweep()
    assert warned(house, "W01") == []
    assert house.clocks(case_no)["hand_over"].row.state == "stopped"
    assert house.violations() == []


def test_T026_hours_after_closing_time_do_not_count(sqlite_house: House):
    sqlite_house.at(2026, 3, 2, 16, 30)
    accepted(sqlite_house)
    sqlite_house.at(2026, 3, 3, 11, 29)
    sqlite_house.sweep()
    assert warned(sqlite_house, "W01") == []
    sqlite_house.at(2026, 3, 3, 11, 30)
    sqlite_house.sweep()
    assert len(warned(sqlite_house, "W01")) == 1


def test_T026_a_case_without_papers_is_handed_over_by_its_dispatch(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I06", PERSON)
    sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    sqlite_house.complete("W01", case_no, "ut_accept", {})
    assert "hand_over" not in sqlite_house.clocks(case_no)
