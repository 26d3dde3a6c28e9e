"""经业务主管部门确认 (6.1.3, T070): what the department has not confirmed within the hours is told to its head."""

from __future__ import annotations

import pytest

from engine.process.clocks.cards.queries import cards_of
from engine.process.tasks.notifications.queries import notifications_for
from engine.registry.identity.rules import SYSTEM
from tests.support.house import COMPANY, House

DEFECT = [{"no": "4", "verdict": "bad_form", "advice": "请加盖公章"}]
LATE = "补正确认时限已于 2026-03-02 13:00 届满，尚未办结，请立即办理。"


def asked(house: House) -> str:
    """Return an I02 case whose defects wait for the department's word."""
    case_no = house.receive("W01", "I02", COMPANY)
    house.complete("W01", case_no, "ut_formal", {"formal_result": "correct", "materials": DEFECT})
    return case_no


def warned(house: House, account: str) -> list[str]:
    with house.door.read(house.actor(account)) as view:
        told = notifications_for(view.connection, view.actor)
    return [one.sentence for one in told if "补正确认时限" in one.sentence]


def test_T070_four_working_hours_after_the_review_the_departments_head_and_the_supervisor_are_told(house: House):
    house.at(2026, 3, 2, 9, 0)
    case_no = asked(house)
    house.at(2026, 3, 2, 12, 59)
    house.sweep()
    assert warned(house, "D12") == []
    house.at(2026, 3, 2, 13, 0)
    house.sweep()
    told = {account: warned(house, account) for account in ("D12", "S51", "D11", "W01", "D22")}
    assert told == {"D12": [LATE], "S51": [LATE], "D11": [], "W01": [], "D22": []}
    clock = house.clocks(case_no)["confirm_correction"].row
    assert (clock.state, clock.lapsed) == ("running", True)
    with house.door.read(SYSTEM) as view:
        [card] = cards_of(view.connection, [f"case:{case_no}"])
    assert (card.level, card.party) == ("yellow", "market")
    assert house.violations() == []


@pytest.mark.parametrize("said", [{"confirmed": "agree"}, {"confirmed": "disagree", "opinion": "无需加盖公章"}])
def test_T070_confirmed_or_declined_in_time_the_clock_stops_and_nobody_is_told(house: House, said: dict[str, str]):
    house.at(2026, 3, 2, 9, 0)
    case_no = asked(house)
    house.at(2026, 3, 2, 12, 59)
    house.complete("D12", case_no, "ut_confirm_correction", said)
    house.at(2026, 3, 3, 9, 0)
    house.sweep()
    assert warned(house, "D12") == []
    assert house.clocks(case_no)["confirm_correction"].row.state == "stopped"
    assert house.clocks(case_no)["correction_notice"].row.state == "running", "the applicant has not been told yet"
    assert house.violations() == []


def test_T070_each_round_has_its_own_hours(sqlite_house: House):
    sqlite_house.at(2026, 3, 2, 9, 0)
    case_no = asked(sqlite_house)
    sqlite_house.complete("D12", case_no, "ut_confirm_correction", {"confirmed": "disagree", "opinion": "无需加盖公章"})
    sqlite_house.at(2026, 3, 2, 16, 30)
    sqlite_house.complete("W01", case_no, "ut_formal", {"formal_result": "correct", "materials": DEFECT})
    clock = sqlite_house.clocks(case_no)["confirm_correction"].row
    assert (clock.number, clock.state) == (2, "running")
    sqlite_house.at(2026, 3, 3, 11, 29)
    sqlite_house.sweep()
    assert warned(sqlite_house, "D12") == []
    sqlite_house.at(2026, 3, 3, 11, 30)
    sqlite_house.sweep()
    assert len(warned(sqlite_house, "D12")) == 1


def test_T070_the_clock_ends_when_the_application_is_deemed_accepted_meanwhile(sqlite_house: House):
    case_no = asked(sqlite_house)
    sqlite_house.at(2026, 3, 10, 0, 1)
    sqlite_house.sweep()
    assert sqlite_house.case(case_no).deemed
    assert sqlite_house.clocks(case_no)["confirm_correction"].row.state == "stopped"
    assert sqlite_house.violations() == []
