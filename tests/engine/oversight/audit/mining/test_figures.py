"""Figures of courses that are made up, so that every number is known."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine.oversight.audit.mining.figures import Handover, Variant, figures, quantile
from engine.oversight.audit.mining.records import Record, Stay
from tests.engine.oversight.audit.mining.recording import NOON
from tests.engine.oversight.audit.mining.test_cases import read
from tests.engine.oversight.audit.test_past import WALKS
from tests.support.house import House

HOUR = timedelta(hours=1)


def after(hours: float) -> datetime:
    return NOON + hours * HOUR


def stay(no: int, element: str, department: str, since: float, until: float | None, state: str = "completed") -> Stay:
    closed = None if until is None else after(until)
    return Stay(f"1-{no}", 0, no, "p", element, f"办{element}", department, after(since), closed, "W01", state)


def case(*stays: Stay) -> Record:
    return Record("case:1", "1", "I01", "事项", "D01", (), (), (), stays)


def test_ways_are_counted_the_most_frequent_first():
    short = case(stay(1, "a", "X", 0, 1))
    long = case(stay(1, "a", "X", 0, 1), stay(2, "b", "X", 1, 2))
    found = figures([long, short, long])
    assert found.cases == 3
    assert found.variants == (Variant(("办a", "办b"), 2), Variant(("办a",), 1))


def test_a_way_is_in_the_order_of_completion_and_without_what_was_cancelled_or_is_open():
    [way] = figures([
        case(
            stay(1, "a", "X", 0, 3), stay(2, "b", "X", 0, 1), stay(3, "c", "X", 0, 2, "cancelled"),
            stay(4, "d", "X", 1, None, "open"),
        )
    ]).variants  # fmt: skip
    assert way == Variant(("办b", "办a"), 1)


def test_times_are_counted_with_median_and_ninetieth_and_the_slowest_is_the_bottleneck():
    found = figures([case(stay(1, "a", "X", 0, hours), stay(2, "b", "X", 0, 1)) for hours in range(1, 11)])
    [a, b] = found.times
    assert (a.element, a.name, a.count) == ("a", "办a", 10)
    assert (a.median, a.ninetieth, a.total) == (5 * HOUR, 9 * HOUR, 55 * HOUR)
    assert (b.median, b.ninetieth, b.total) == (HOUR, HOUR, 10 * HOUR)
    assert [one.element for one in found.bottlenecks] == ["a", "b"]


def test_much_that_is_quick_may_be_the_bottleneck():
    many = [stay(no, "b", "X", 0, 1) for no in range(2, 12)]
    assert [one.element for one in figures([case(stay(1, "a", "X", 0, 9), *many)]).bottlenecks] == ["b", "a"]


def test_a_department_waits_for_the_one_whose_task_the_first_ones_act_opened():
    one = case(stay(1, "a", "X", 0, 2), stay(2, "b", "Y", 2, 5), stay(3, "c", "X", 5, 6))
    other = case(stay(1, "a", "X", 0, 2), stay(2, "b", "Y", 2, 3))
    assert figures([one, other]).handovers == (
        Handover("X", "Y", 2, HOUR), Handover("Y", "X", 1, HOUR),
    )  # fmt: skip


def test_who_works_at_the_same_time_waits_for_nobody():
    beside = case(stay(1, "a", "X", 0, 2), stay(2, "b", "Y", 0, 5), stay(3, "c", "X", 2, 6))
    assert figures([beside]).handovers == ()


def test_what_took_no_time_was_still_handed_over_one_way():
    quick = case(stay(1, "a", "X", 0, 0), stay(2, "b", "Y", 0, 0))
    assert figures([quick]).handovers == (Handover("X", "Y", 1, 0 * HOUR),)


@pytest.mark.parametrize("share, hours", [(0.5, 2), (0.9, 4), (0.01, 1), (1.0, 4), (0.75, 3), (0.76, 4)])
def test_a_quantile_is_one_of_the_durations(share: float, hours: int):
    assert quantile([4 * HOUR, HOUR, 3 * HOUR, 2 * HOUR], share) == hours * HOUR


def test_no_case_has_no_figures():
    found = figures([])
    assert (found.cases, found.variants, found.times, found.handovers, found.bottlenecks) == (0, (), (), (), ())


def test_cases_of_the_house_have_their_tasks_counted(sqlite_house: House):
    WALKS["joint"](sqlite_house)
    [joint] = read(sqlite_house)
    found = figures([joint])
    completed = [one for one in joint.stays if one.state == "completed"]
    assert sum(one.count for one in found.times) == len(completed) == len(found.variants[0].tasks)
    assert any(one.giver != one.taker for one in found.handovers)
