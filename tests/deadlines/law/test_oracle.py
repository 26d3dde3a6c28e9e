"""The meter against the walker: 20,000 random ledgers, the same date, balance and use on every one."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import pairwise

import pytest

from deadlines.law.calendar import seed_calendar
from deadlines.law.ledger import PauseRule
from deadlines.law.meter import fold
from tests.deadlines.law.oracle import Case, random_case

CALENDAR = seed_calendar()


def cases(seed: int, number: int) -> list[Case]:
    chance = random.Random(seed)
    return [random_case(chance) for _ in range(number)]


@pytest.mark.parametrize("seed", range(20))
def test_the_meter_agrees_with_a_day_by_day_walk_over_a_thousand_random_ledgers(seed: int) -> None:
    for case in cases(seed, 1000):
        found = fold(case.entries(), CALENDAR, case.rule)
        assert (found.due, found.left) == case.walk(), case


def test_the_random_ledgers_visit_every_corner_the_meter_has() -> None:
    seen = cases(0, 1000)
    assert {case.rule for case in seen} == set(PauseRule)
    assert {case.unit for case in seen} == {"wd", "cd", "month"}
    assert sum(case.quota == 0 for case in seen) > 80
    assert sum(bool(case.extensions) for case in seen) > 200
    assert sum(case.walk()[0] is None for case in seen) > 50
    assert sum(_overlapping(case) for case in seen) > 200


def _overlapping(case: Case) -> bool:
    spans = sorted(case.pauses, key=lambda span: span[0])
    return any(end is None or later[0] <= end for (_, end), later in pairwise(spans))


@pytest.mark.parametrize("seed", range(100, 103))
def test_used_and_left_on_any_day_agree_with_a_walk(seed: int) -> None:
    chance = random.Random(seed)
    for case in cases(seed, 400):
        today = case.start + timedelta(days=chance.randrange(120))
        found = fold(case.entries(), CALENDAR, case.rule, today)
        assert found.used == case.used(today), case
        if found.due is None:
            assert found.left == case.days() - found.used
        else:
            assert found.left == case.used(found.due) - case.used(today), (case, today)


@pytest.mark.parametrize("seed", range(200, 203))
def test_the_explanation_lines_add_up_to_the_date_they_explain(seed: int) -> None:
    for case in cases(seed, 500):
        found = fold(case.entries(), CALENDAR, case.rule)
        total = sum(line.delta for line in found.ledger)
        assert found.ledger[-1].due_after == found.due
        if found.due is None:
            # The date is open: what is explained so far is the quota and the pauses already lifted.
            assert total >= case.days()
        elif case.by_day:
            assert total == (found.due - case.start).days
        else:
            assert total == CALENDAR.count(case.start, found.due)
