"""The golden vectors G1 to G15, worked out by hand from the State Council's calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from deadlines.law.calendar import seed_calendar
from deadlines.law.instants import legal_due_at
from deadlines.law.ledger import Entry, Extend, Pause, PauseRule, Resume, Start
from deadlines.law.meter import fold
from deadlines.law.rows import parse_day

CALENDAR = seed_calendar()


def day(text: str) -> date:
    return parse_day(f"2026-{text}")


def due(*entries: Entry, rule: PauseRule = PauseRule.AFTER_P_THROUGH_R) -> date | None:
    return fold(entries, CALENDAR, rule).due


@pytest.mark.parametrize(
    "number, start, quota, expected",
    [
        ("G1", "2026-02-11", 5, "2026-02-25"),
        ("G2", "2026-02-13", 3, "2026-02-25"),
        ("G3", "2026-02-14", 1, "2026-02-24"),
        ("G4", "2026-03-01", 5, "2026-03-06"),
        ("G5", "2026-04-30", 3, "2026-05-08"),
        ("G6", "2026-09-24", 7, "2026-10-12"),
        ("G7", "2025-09-26", 5, "2025-10-10"),
        ("G13", "2026-03-02", 5, "2026-03-09"),
        ("G14", "2026-03-13", 10, "2026-03-27"),
    ],
)
def test_a_quota_of_working_days_ends_on_the_golden_date(number: str, start: str, quota: int, expected: str) -> None:
    found = fold([Start(parse_day(start), quota)], CALENDAR)
    assert (found.due, found.provisional) == (parse_day(expected), False), number


@pytest.mark.parametrize(
    "number, quota, extension, before, after",
    [("G8", 20, 10, "03-30", "04-14"), ("G8b", 45, 15, "05-08", "05-28")],
)
def test_an_extension_adds_to_the_quota(number: str, quota: int, extension: int, before: str, after: str) -> None:
    start = Start(day("03-02"), quota)
    assert due(start) == day(before), number
    assert due(start, Extend(day("03-20"), extension, "本机关负责人批准")) == day(after), number


@pytest.mark.parametrize(
    "rule, left_out, expected",
    [
        (PauseRule.AFTER_P_THROUGH_R, 8, "03-26"),
        (PauseRule.FROM_P_THROUGH_R, 9, "03-27"),
        (PauseRule.FROM_P_BEFORE_R, 8, "03-26"),
    ],
)
def test_G9_a_pause_leaves_out_the_days_its_rule_says(rule: PauseRule, left_out: int, expected: str) -> None:
    entries: list[Entry] = [Start(day("03-02"), 10), Pause(day("03-06"), "听证"), Resume(day("03-18"))]
    found = fold(entries, CALENDAR, rule)
    assert found.due == day(expected)
    assert found.ledger[-1].delta == left_out


def test_G10_a_second_separate_pause_adds_its_own_days() -> None:
    first: list[Entry] = [Start(day("03-02"), 10), Pause(day("03-06")), Resume(day("03-18"))]
    assert due(*first, Pause(day("03-20")), Resume(day("03-24"))) == day("03-30")


def test_G11_a_pause_across_a_festival_leaves_out_only_its_working_days() -> None:
    start = Start(day("03-30"), 5)
    assert due(start) == day("04-07")
    found = fold([start, Pause(day("04-02")), Resume(day("04-08"))], CALENDAR)
    assert (found.due, found.ledger[-1].delta) == (day("04-10"), 3)


def test_G12_a_pause_may_begin_on_a_weekend() -> None:
    found = fold([Start(day("03-02"), 10), Pause(day("03-07")), Resume(day("03-11"))], CALENDAR)
    assert (found.due, found.ledger[-1].delta) == (day("03-19"), 3)


def test_G13_silence_for_five_days_is_acceptance_counted_from_the_day_of_receipt() -> None:
    notice = due(Start(day("03-02"), 5))
    assert notice == day("03-09")
    # 2026-03-10 00:00 in Anyang.
    assert legal_due_at(notice) == datetime(2026, 3, 9, 16, tzinfo=UTC)
    assert due(Start(day("03-02"), 10)) == day("03-16")


def test_G15_a_deadline_that_crosses_into_an_unpublished_year_is_provisional() -> None:
    found = fold([Start(day("12-28"), 10)], CALENDAR)
    assert (found.due, found.provisional) == (date(2027, 1, 12), True)
    assert "（暂定）" in found.ledger[0].sentence


def test_G15_a_deadline_that_ends_on_the_last_published_day_is_final() -> None:
    found = fold([Start(day("12-28"), 3)], CALENDAR)
    assert (found.due, found.provisional) == (day("12-31"), False)
