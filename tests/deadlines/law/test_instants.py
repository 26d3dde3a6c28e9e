"""From days to instants: 17:30 and 24:00 in Anyang, receipts at night, the reminder a working day before."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from deadlines.law.calendar import seed_calendar
from deadlines.law.errors import CalendarNotCovered
from deadlines.law.instants import ReceiptRule, anchor_day, due_at, legal_due_at, reminder_day
from deadlines.law.ledger import Start
from deadlines.law.meter import fold

CALENDAR = seed_calendar()
CITY = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY)


def test_a_due_day_ends_when_business_stops() -> None:
    assert due_at(date(2026, 3, 26)) == datetime(2026, 3, 26, 9, 30, tzinfo=UTC)
    assert due_at(date(2026, 7, 1), time(18, 0)) == datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
    assert due_at(date(2026, 3, 26)).tzinfo is UTC


def test_the_legal_day_ends_at_midnight_in_the_city() -> None:
    assert legal_due_at(date(2026, 2, 25)) == datetime(2026, 2, 25, 16, tzinfo=UTC)
    assert legal_due_at(date(2026, 12, 31)).astimezone(CITY) == at("2027-01-01T00:00")


def test_T015_a_submission_at_two_in_the_night_belongs_to_that_day() -> None:
    received = at("2026-03-04T02:00")
    assert received.astimezone(UTC).date() == date(2026, 3, 3)
    assert anchor_day(received, CALENDAR) == date(2026, 3, 4)


@pytest.mark.parametrize(
    "rule, received, anchor, first_day_counted",
    [
        ("same_day", "2026-03-06T22:00", date(2026, 3, 6), date(2026, 3, 9)),
        ("same_day", "2026-03-07T09:00", date(2026, 3, 7), date(2026, 3, 9)),
        ("same_day", "2026-03-04T20:00", date(2026, 3, 4), date(2026, 3, 5)),
        ("next_business_day", "2026-03-04T20:00", date(2026, 3, 5), date(2026, 3, 6)),
        ("next_business_day", "2026-03-04T17:30", date(2026, 3, 4), date(2026, 3, 5)),
        ("next_business_day", "2026-03-06T22:00", date(2026, 3, 9), date(2026, 3, 10)),
        ("next_business_day", "2026-03-07T09:00", date(2026, 3, 9), date(2026, 3, 10)),
    ],
)
def test_T015_a_receipt_outside_office_hours_counts_from_the_day_its_policy_says(
    rule: ReceiptRule, received: str, anchor: date, first_day_counted: date
) -> None:
    assert anchor_day(at(received), CALENDAR, rule) == anchor
    assert fold([Start(anchor, 1)], CALENDAR).due == first_day_counted


def test_T067_friday_afternoon_before_a_worked_saturday() -> None:
    anchor = anchor_day(at("2026-02-27T16:00"), CALENDAR)
    assert fold([Start(anchor, 1)], CALENDAR).due == date(2026, 2, 28)


@pytest.mark.parametrize("rule", ["same_day", "next_business_day"])
def test_a_receipt_outside_the_calendar_is_refused(rule: ReceiptRule) -> None:
    with pytest.raises(CalendarNotCovered):
        anchor_day(at("2036-01-01T09:00"), CALENDAR, rule)


def test_T079_the_reminder_goes_out_one_working_day_before() -> None:
    assert reminder_day(date(2026, 2, 25), CALENDAR) == date(2026, 2, 24)
    assert reminder_day(date(2026, 2, 24), CALENDAR) == date(2026, 2, 14)
