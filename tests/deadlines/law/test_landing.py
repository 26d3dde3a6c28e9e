"""The bare arithmetic, asked directly for what a well-formed ledger never brings about."""

from __future__ import annotations

from datetime import date

import pytest

from deadlines.law.calendar import seed_calendar
from deadlines.law.errors import CalendarNotCovered
from deadlines.law.landing import Hole, Landing, counted, hole, land, merge
from deadlines.law.ledger import PauseRule

CALENDAR = seed_calendar()
MONDAY = date(2026, 3, 2).toordinal()


@pytest.mark.parametrize(
    "rule, expected",
    [
        (PauseRule.AFTER_P_THROUGH_R, Hole(MONDAY, MONDAY + 4)),
        (PauseRule.FROM_P_THROUGH_R, Hole(MONDAY - 1, MONDAY + 4)),
        (PauseRule.FROM_P_BEFORE_R, Hole(MONDAY - 1, MONDAY + 3)),
    ],
)
def test_a_hole_has_the_edges_of_its_rule(rule: PauseRule, expected: Hole) -> None:
    assert hole(date(2026, 3, 2), date(2026, 3, 6), rule) == expected
    assert hole(date(2026, 3, 2), None, rule) == Hole(expected.low, None)


def test_holes_that_overlap_touch_or_nest_become_one() -> None:
    assert merge([Hole(5, 9), Hole(1, 3), Hole(3, 4), Hole(6, 7)]) == (Hole(1, 4), Hole(5, 9))
    assert merge([Hole(8, 12), Hole(1, None), Hole(20, 30)]) == (Hole(1, None),)
    assert merge([Hole(1, 5), Hole(4, None)]) == (Hole(1, None),)


def test_a_hole_before_the_anchor_does_not_take_the_count_back() -> None:
    early = (Hole(MONDAY - 20, MONDAY - 10),)
    assert land(MONDAY, 5, "wd", early, CALENDAR) == land(MONDAY, 5, "wd", (), CALENDAR)


def test_a_hole_across_the_anchor_leaves_out_only_what_comes_after_it() -> None:
    assert land(MONDAY, 1, "cd", (Hole(MONDAY - 3, MONDAY + 1),), CALENDAR) == Landing(MONDAY + 2, MONDAY + 2, 0)
    assert counted(MONDAY, MONDAY + 4, (Hole(MONDAY - 3, MONDAY + 1),), "cd", CALENDAR) == 3


def test_an_open_hole_before_the_end_gives_only_a_balance() -> None:
    assert land(MONDAY, 5, "wd", (Hole(MONDAY + 2, None),), CALENDAR) == Landing(None, None, 3)


def test_a_last_day_off_that_rolls_into_an_open_hole_has_no_due_date() -> None:
    saturday = MONDAY + 5
    assert land(MONDAY, 5, "cd", (Hole(saturday, None),), CALENDAR) == Landing(saturday, None, 0)


@pytest.mark.parametrize("unit", ["wd", "cd"])
def test_a_balance_is_not_counted_with_days_the_calendar_does_not_know(unit: str) -> None:
    anchor, beyond = date(2035, 12, 20).toordinal(), date(2036, 3, 1).toordinal()
    with pytest.raises(CalendarNotCovered):
        land(anchor, 100, "wd" if unit == "wd" else "cd", (Hole(beyond, None),), CALENDAR)
    with pytest.raises(CalendarNotCovered):
        land(anchor, 100, "wd" if unit == "wd" else "cd", (), CALENDAR)
