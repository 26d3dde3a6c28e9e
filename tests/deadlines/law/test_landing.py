"""The bare arithmetic, asked directly for what a well-formed ledger never brings about."""

from __future__ import annotations

from datetime import date

import pytest

from deadlines.law.calendar import seed_calendar
from deadlines.law.errors import CalendarNotCovered
from deadlines.law.landing import Hole, Landing, counted, hole, land, merge
from deadlines.law.ledger import PauseRule, Unit

CALENDAR = seed_calendar()
MONDAY = date(2026, 3, 2).toordinal()


@pytest.mark.parametrize(
    "rule, expected",
    [
        (PauseRule.AFTER_P_THROUGH_R, (MONDAY, MONDAY + 4)),
        (PauseRule.FROM_P_THROUGH_R, (MONDAY - 1, MONDAY + 4)),
        (PauseRule.FROM_P_BEFORE_R, (MONDAY - 1, MONDAY + 3)),
    ],
)
def test_a_hole_has_the_edges_of_its_rule(rule: PauseRule, expected: Hole) -> None:
    assert hole(date(2026, 3, 2), date(2026, 3, 6), rule) == expected
    assert hole(date(2026, 3, 2), None, rule) == (expected[0], None)


def test_holes_that_overlap_touch_or_nest_become_one() -> None:
    assert merge([(5, 9), (1, 3), (3, 4), (6, 7)]) == ((1, 4), (5, 9))
    assert merge([(8, 12), (1, None), (20, 30)]) == ((1, None),)
    assert merge([(1, 5), (4, None)]) == ((1, None),)


def test_a_hole_before_the_anchor_does_not_take_the_count_back() -> None:
    early = ((MONDAY - 20, MONDAY - 10),)
    assert land(MONDAY, 5, "wd", early, CALENDAR) == land(MONDAY, 5, "wd", (), CALENDAR)


def test_a_day_itself_is_not_moved_by_a_hole_before_it() -> None:
    assert land(MONDAY, 0, "cd", ((MONDAY - 9, MONDAY - 2),), CALENDAR) == Landing(MONDAY, MONDAY, 0)
    assert land(MONDAY, 0, "wd", ((MONDAY - 9, None),), CALENDAR) == Landing(MONDAY, None, 0)


@pytest.mark.parametrize("unit", ["wd", "cd"])
def test_holes_need_not_be_merged_to_be_left_out_once(unit: Unit) -> None:
    apart = [(MONDAY + 1, MONDAY + 8), (MONDAY + 2, MONDAY + 3), (MONDAY + 7, MONDAY + 16), (MONDAY + 16, MONDAY + 17)]
    for quota in range(30):
        assert land(MONDAY, quota, unit, apart, CALENDAR) == land(MONDAY, quota, unit, merge(apart), CALENDAR)


def test_a_hole_across_the_anchor_leaves_out_only_what_comes_after_it() -> None:
    assert land(MONDAY, 1, "cd", ((MONDAY - 3, MONDAY + 1),), CALENDAR) == Landing(MONDAY + 2, MONDAY + 2, 0)
    assert counted(MONDAY, MONDAY + 4, ((MONDAY - 3, MONDAY + 1),), "cd", CALENDAR) == 3


def test_an_open_hole_before_the_end_gives_only_a_balance() -> None:
    assert land(MONDAY, 5, "wd", ((MONDAY + 2, None),), CALENDAR) == Landing(None, None, 3)


def test_a_last_day_off_that_rolls_into_an_open_hole_has_no_due_date() -> None:
    saturday = MONDAY + 5
    assert land(MONDAY, 5, "cd", ((saturday, None),), CALENDAR) == Landing(saturday, None, 0)


@pytest.mark.parametrize("unit", ["wd", "cd"])
def test_a_balance_is_not_counted_with_days_the_calendar_does_not_know(unit: str) -> None:
    anchor, beyond = date(2035, 12, 20).toordinal(), date(2036, 3, 1).toordinal()
    with pytest.raises(CalendarNotCovered):
        land(anchor, 100, "wd" if unit == "wd" else "cd", ((beyond, None),), CALENDAR)
    with pytest.raises(CalendarNotCovered):
        land(anchor, 100, "wd" if unit == "wd" else "cd", (), CALENDAR)
