"""No notice for five working days: accepted as of receipt (行政许可法 32.4), on an injected clock."""

from __future__ import annotations

from datetime import date

import pytest

from engine.foundation.errors import InvalidFields
from engine.process.clocks.cards.queries import cards_of
from engine.process.clocks.queries import deadlines_of
from engine.process.tasks.commands import ClaimTask
from engine.process.tasks.notifications.queries import notifications_for
from engine.process.tasks.rules import TaskCancelled
from engine.registry.identity.rules import SYSTEM
from tests.support.house import COMPANY, House


def _cards(house: House, case_no: str):
    with house.door.read(SYSTEM) as view:
        return cards_of(view.connection, [f"case:{case_no}"])


def test_G13_no_notice_for_five_working_days_means_accepted_as_of_receipt(house: House):
    house.at(2026, 3, 2, 9, 5)
    case_no = house.receive("W01", "I09", COMPANY)
    house.at(2026, 3, 9, 23, 59)
    assert house.sweep().fired == 0
    assert house.case(case_no).accepted_on is None
    house.at(2026, 3, 10, 0, 0)
    assert house.sweep().fired == 1
    case = house.case(case_no)
    assert (case.deemed, case.accepted_on, case.status) == (True, date(2026, 3, 2), "under_review")
    assert house.clocks(case_no)["commitment"].row.due_on == date(2026, 3, 16)
    assert [task.element for task in house.open_tasks(case_no)] == ["ut_receive_paper"]
    assert house.violations() == []


def test_the_window_gets_one_red_card_for_it(house: House):
    case_no = house.receive("W01", "I02", COMPANY)
    house.wait(days=14)
    house.sweep()
    house.sweep()
    [card] = [one for one in _cards(house, case_no) if one.rule == "DL-32.4"]
    assert (card.level, card.party) == ("red", "center")
    assert {one.party for one in _cards(house, case_no) if one.rule == "EM-OVERDUE"} == {"market"}
    clerk = house.actor("W01")
    with house.door.read(clerk) as view:
        assert [one.kind for one in notifications_for(view.connection, clerk)] == ["deemed_acceptance"]


def test_a_notice_in_time_stops_the_clock_and_a_new_receipt_starts_another(house: House):
    house.at(2026, 3, 2)
    case_no = house.receive("W01", "I02", COMPANY)
    defect = [{"no": "1", "verdict": "bad_form", "advice": "请签字"}]
    house.complete("W01", case_no, "ut_formal", {"formal_result": "correct", "materials": defect})
    house.complete("D12", case_no, "ut_confirm_correction", {"confirmed": "agree"})
    house.complete("W01", case_no, "ut_issue_correction", {"checked": True})
    house.at(2026, 3, 25)
    assert house.sweep().fired == 0, "the applicant's own time is nobody's delay"
    house.complete("W01", case_no, "ut_receive_correction", {})
    house.at(2026, 4, 2)
    assert house.sweep().fired
    case = house.case(case_no)
    assert (case.deemed, case.accepted_on) == (True, date(2026, 3, 25))
    assert house.violations() == []


def test_the_review_going_round_inside_the_intake_does_not_restart_the_clock(house: House):
    house.at(2026, 3, 2)
    case_no = house.receive("W01", "I02", COMPANY)
    defect = [{"no": "1", "verdict": "bad_form", "advice": "请盖章"}]
    house.complete("W01", case_no, "ut_formal", {"formal_result": "correct", "materials": defect})
    house.at(2026, 3, 6)
    house.complete("D12", case_no, "ut_confirm_correction", {"confirmed": "disagree", "opinion": "不需要"})
    assert house.clocks(case_no)["correction_notice"].row.due_on == date(2026, 3, 9)
    house.at(2026, 3, 10)
    assert house.sweep().fired
    assert house.case(case_no).deemed


def test_an_accepted_case_is_never_deemed(house: House):
    case_no = house.accepted_commitment()
    house.wait(days=60)
    house.sweep()
    assert not house.case(case_no).deemed
    with house.door.read(SYSTEM) as view:
        found = deadlines_of(view.connection, f"case:{case_no}")
        # A case so late has orders besides, each with the limit of its answer.
        states = {one.effect: one.state for one in found if ":order:" not in one.id}
    assert states == {"boundary": "met", "ladder": "fired"}


def test_a_reminder_goes_out_one_working_day_before_the_commitment_date(house: House):
    house.at(2026, 2, 11)
    case_no = house.accepted_commitment()
    assert house.clocks(case_no)["commitment"].row.due_on == date(2026, 2, 25), "T079, G1"
    house.at(2026, 2, 23, 23, 59)
    house.sweep()  # the limit of the review itself is over before: its people were told of that
    house.at(2026, 2, 24, 0, 0)
    assert house.sweep().fired == 1
    reviewer = house.actor("D11")
    with house.door.read(reviewer) as view:
        [told] = [one for one in notifications_for(view.connection, reviewer) if "承诺时限" in one.sentence]
    assert "2026-02-25" in told.sentence
    assert house.sweep().fired == 0, "a reminder goes out once"


def test_T087_the_commitment_stops_at_the_signed_handover_and_not_at_the_decision(house: House):
    house.at(2026, 2, 11)
    case_no = house.accepted_commitment()
    house.visit(case_no)
    house.complete("D11", case_no, "ut_dept_opinion", {"opinion": "建议准予", "basis": "办法"})
    house.at(2026, 2, 24)
    house.complete("D12", case_no, "ut_head_decide", {"decision": "grant"})
    house.at(2026, 2, 26)
    house.make_and_sign(case_no, ("D11", "D12", "D13"))
    clocks = house.clocks(case_no)
    assert (clocks["commitment"].standing.word, clocks["commitment"].standing.overdue) == ("overdue", 1)
    assert clocks["statutory"].standing.word == "met"
    assert clocks["statutory"].row.stopped_on == date(2026, 2, 24)


def test_T043_a_site_visit_does_not_stop_the_clock(house: House):
    house.at(2026, 3, 2)
    case_no = house.accepted_commitment()
    before = house.clocks(case_no)["commitment"].row.due_on
    house.visit(case_no)
    house.wait(days=2)
    view = house.clocks(case_no)["commitment"]
    assert (view.row.due_on, view.reckoning.left, view.reckoning.state) == (before, 3, "running")


def test_T043_one_visitor_is_not_enough(sqlite_house: House):
    case_no = sqlite_house.accepted_commitment()
    sqlite_house.complete("D11", case_no, "ut_substantive", {"findings": "核验", "site_visit": "yes"})
    alone = {"visit_date": "2026-03-03", "place": "测试路2号", "visitors": [{"account": "D11", "name": "市监审查员"}]}
    with pytest.raises(InvalidFields) as refused:
        sqlite_house.complete("D11", case_no, "ut_plan_visit", alone)
    assert "2" in refused.value.errors["visitors"]


def test_an_instant_item_is_due_at_the_end_of_the_same_day(sqlite_house: House):
    sqlite_house.at(2026, 3, 2, 10)
    case_no = sqlite_house.accepted_instant()
    clocks = sqlite_house.clocks(case_no)
    assert clocks["commitment"].row.due_on == date(2026, 3, 2)
    assert "statutory" not in clocks
    assert sqlite_house.documents(case_no)[0].data["instant"] is True


def test_the_review_that_came_too_late_says_that_it_was_taken_away(sqlite_house: House):
    case_no = sqlite_house.receive("W01", "I02", COMPANY)
    task = sqlite_house.task(case_no, "ut_formal")
    sqlite_house.wait(days=14)
    sqlite_house.sweep()
    with pytest.raises(TaskCancelled):
        sqlite_house.execute("W01", ClaimTask(task_id=task.id))
