"""The list of cases: its question in an address, its rows in step with the cases, nothing outside the scope."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.casework.cases.listing.queries import count_waiting, listed, listed_due, waiting
from engine.casework.cases.listing.rules import Filters, as_pairs, chosen, read_filters, without
from engine.casework.cases.rules import CASE_TYPES, CHANNELS, STATUSES
from engine.foundation.clock import city_date
from engine.process.clocks.queries import ClockRow
from engine.registry.identity.rules import SYSTEM, scope_of
from tests.support.house import COMPANY, PERSON, House

WORD = st.text(alphabet="王食品01 W", max_size=6).map(str.strip)
DAY = st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2199, 12, 31)))
ASKED = st.builds(
    Filters,
    q=WORD, status=st.sampled_from(["", *STATUSES]), item=WORD, department=WORD,
    case_type=st.sampled_from(["", *CASE_TYPES]), channel=st.sampled_from(["", *CHANNELS]), responder=WORD, holder=WORD,
    applicant=WORD, received_from=DAY, received_to=DAY, due_from=DAY, due_before=DAY, overdue=st.booleans(),
    sort=st.sampled_from(["received", "due"]),
)  # fmt: skip


def found(house: House, filters: Filters, account: str = "W01") -> list[str]:
    """Return the case numbers of the list as ``account`` sees it."""
    with house.door.read(SYSTEM) as view:
        page = listed(view.connection, scope_of(house.actor(account)), filters, city_date(view.now))
    assert page.total == len(page.ids)
    return [root.removeprefix("case:") for root in page.ids]


@given(ASKED)
def test_a_question_reads_back_from_its_address(filters: Filters):
    assert read_filters(as_pairs(filters)) == filters


@given(ASKED)
def test_each_chip_takes_its_filter_away_and_nothing_else(filters: Filters):
    names = list(chosen(filters))
    for name in names:
        assert [one for one in names if one != name] == list(chosen(without(filters, name)))


@pytest.mark.parametrize(
    "pairs",
    [
        {"status": "x"}, {"case_type": "?"}, {"channel": "7"}, {"received_from": "2026-02-30"}, {"due_before": "soon"},
        {"received_to": "0001-01-01"}, {"due_from": "9999-12-31"}, {"overdue": "yes"}, {"sort": "name"}, {"more": "1"},
    ],
)  # fmt: skip
def test_what_is_not_understood_does_not_narrow(pairs: dict[str, str]):
    assert read_filters(pairs) == Filters()


def row(kind: str, number: int, state: str, due: date | None) -> ClockRow:
    return ClockRow("c", "case:1", kind, number, state, None, due, False, None)


@pytest.mark.parametrize(
    "clocks, due, standing",
    [
        ([], None, ""),
        ([row("correction_notice", 1, "running", date(2026, 3, 9))], date(2026, 3, 9), "running"),
        ([row("correction_notice", 1, "stopped", date(2026, 3, 9))], None, ""),
        ([row("commitment", 1, "running", date(2026, 3, 20)), row("correction_notice", 1, "stopped", None)],
         date(2026, 3, 20), "running"),
        ([row("commitment", 1, "paused", None), row("correction_notice", 1, "running", date(2026, 3, 9))],
         None, "paused"),
        ([row("commitment", 1, "stopped", date(2026, 3, 2)), row("commitment", 2, "running", date(2026, 4, 2))],
         date(2026, 4, 2), "running"),
        ([replace(row("commitment", 1, "running", date(2026, 3, 20)), excused="延期决定")],
         date(2026, 3, 20), "excused"),
        ([row("delivery", 1, "running", date(2026, 3, 9))], None, ""),
    ],
)  # fmt: skip
def test_the_list_goes_by_the_promise_and_before_it_by_the_notice(
    clocks: list[ClockRow], due: date | None, standing: str
):
    assert listed_due(clocks) == (due, standing)


def test_a_row_follows_its_case_through_its_life(house: House):
    case_no = house.receive("W01", "I06", PERSON)
    assert found(house, Filters(status="received", due_before=date(2026, 3, 9))) == [case_no]
    house.complete("W01", case_no, "ut_formal", {"formal_result": "accept"})
    house.complete("W01", case_no, "ut_accept", {})
    assert found(house, Filters(status="received")) == []
    assert found(house, Filters(status="under_review", due_before=date(2026, 3, 2))) == [case_no]
    house.complete("D62", case_no, "ut_head_decide", {"decision": "grant"})
    house.make_and_sign(case_no, ("D61", "D62", "D63"))
    assert found(house, Filters(status="awaiting_pickup")) == [case_no]
    assert found(house, Filters(sort="due")) == []


def test_a_correction_pauses_and_the_supplement_starts_the_notice_clock_again(house: House):
    case_no = house.receive("W01", "I06", PERSON)
    defect = [{"no": "1", "verdict": "missing", "advice": "请提交身份证"}]
    house.complete("W01", case_no, "ut_formal", {"formal_result": "correct", "materials": defect})
    house.complete("D62", case_no, "ut_confirm_correction", {"confirmed": "agree"})
    assert found(house, Filters(sort="due")) == [case_no]
    house.complete("W01", case_no, "ut_issue_correction", {"checked": True})
    assert found(house, Filters(sort="due")) == []


def test_nobody_finds_another_departments_case_by_any_filter(house: House):
    house.receive("W01", "I06", PERSON)
    own = house.receive("W01", "I02", COMPANY)
    for filters in (
        Filters(), Filters(q="安阳"), Filters(sort="due"), Filters(status="received"), Filters(department="hrss"),
        Filters(responder="W01"), Filters(channel="1"), Filters(received_to=date(2026, 3, 2)),
    ):  # fmt: skip
        assert set(found(house, filters, "D11")) <= {own}
        assert found(house, filters, "A01") == []


def test_the_newest_come_first_and_pages_meet(house: House):
    cases = [house.receive("W01", "I06", PERSON) for _ in range(5)]
    with house.door.read(SYSTEM) as view:
        pages = [
            listed(view.connection, view.scope, Filters(), city_date(view.now), offset=offset, limit=2).ids
            for offset in (0, 2, 4, 6)
        ]
    assert [f"case:{one}" for one in reversed(cases)] == [root for page in pages for root in page]


def test_a_box_is_filtered_and_counted_in_one_statement(house: House):
    first = house.receive("W01", "I06", PERSON)
    house.receive("W01", "I02", COMPANY)
    clerk, today = house.actor("W01"), date(2026, 3, 2)
    with house.door.read(SYSTEM) as view:
        page = waiting(view.connection, clerk, "role", Filters(item="I06"), today)
        assert page.ids == (house.task(first, "ut_formal").id,)
        asked = [("role", Filters()), ("role", Filters(item="I06")), ("mine", Filters()), ("role", Filters(q="餐饮"))]
        assert count_waiting(view.connection, clerk, asked, today) == [2, 1, 0, 1]
        assert count_waiting(view.connection, clerk, [], today) == []
