"""The rungs of a ladder: each at its own instant, none too early, none while the clock is paused."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deadlines.law.calendar import seed_calendar
from deadlines.law.instants import CITY
from deadlines.law.ledger import Entry, Extend, Pause, PauseRule, Resume, Start
from deadlines.law.meter import fold
from deadlines.law.rungs import LEVELS, Rung, Span, Step, When, due_steps, instant, steps

CALENDAR = seed_calendar()
T079 = Span(date(2026, 2, 11), 5, "wd", date(2026, 2, 25))
"""Accepted on 11 February 2026 with five working days: due on the 25th, after the Spring Festival."""


def next_step(rungs: Sequence[Rung], done: Collection[str], span: Span) -> Step | None:
    return next((step for step in steps(rungs, span, CALENDAR) if step.rung.rule not in done), None)


def midnight(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=CITY).astimezone(UTC)


@pytest.mark.parametrize(
    "when, at",
    [
        (When("before", 1), midnight(2026, 2, 24)),
        (When("before", 2), midnight(2026, 2, 14)),
        (When("used", 80), midnight(2026, 2, 24)),
        (When("used", 61), midnight(2026, 2, 24)),
        (When("used", 60), midnight(2026, 2, 14)),
        (When("used", 100), midnight(2026, 2, 25)),
        (When("due"), midnight(2026, 2, 25)),
        (When("after", 0), midnight(2026, 2, 26)),
        (When("after", 1), midnight(2026, 2, 26)),
        (When("after", 3), midnight(2026, 2, 28)),  # a Saturday that is worked
    ],
)
def test_t079_each_rung_has_its_instant(when: When, at: datetime) -> None:
    assert instant(when, T079, CALENDAR) == at


@pytest.mark.parametrize(
    "when, quota, due",
    [
        (When("before", 1), 1, date(2026, 2, 12)),
        (When("before", 1), 0, date(2026, 2, 11)),
        (When("due"), 0, date(2026, 2, 11)),
        (When("used", 20), 0, date(2026, 2, 11)),
        (When("before", 5), 5, date(2026, 2, 25)),
    ],
)
def test_a_time_that_the_limit_does_not_have_is_no_time(when: When, quota: int, due: date) -> None:
    assert instant(when, Span(date(2026, 2, 11), quota, "wd", due), CALENDAR) is None


def test_calendar_days_are_counted_back_as_calendar_days() -> None:
    span = Span(date(2026, 3, 1), 10, "cd", date(2026, 3, 11))
    assert instant(When("used", 50), span, CALENDAR) == midnight(2026, 3, 6)


def test_a_reminder_never_comes_before_the_clock_began() -> None:
    """Two calendar days from a Friday end on Monday, for Sunday is off: the working day before is the start itself."""
    assert instant(When("before", 1), Span(date(2026, 3, 6), 2, "cd", date(2026, 3, 9)), CALENDAR) is None


def test_a_clock_of_working_hours_is_late_from_the_minute_its_hours_are_over() -> None:
    over = datetime(2026, 3, 6, 2, 0, tzinfo=UTC)
    span = Span(date(2026, 3, 5), 4, "wh", date(2026, 3, 6), over)
    assert instant(When("after", 0), span, CALENDAR) == over
    assert instant(When("after", 1), span, CALENDAR) == midnight(2026, 3, 9)
    assert [instant(When(kind, 1), span, CALENDAR) for kind in ("before", "used", "due")] == [None, None, None]


def test_what_lies_outside_the_calendar_has_no_time_yet() -> None:
    span = Span(date(2035, 12, 20), 5, "wd", date(2035, 12, 28))
    assert instant(When("after", 0), span, CALENDAR) is not None
    assert instant(When("after", 30), span, CALENDAR) is None


def test_the_milder_comes_first_when_two_are_due_at_once() -> None:
    red, yellow = Rung("B", "red", When("after", 0)), Rung("C", "yellow", When("after", 1))
    assert [step.rung for step in steps([red, yellow], T079, CALENDAR)] == [yellow, red]


_WHENS = st.one_of(
    st.builds(When, st.just("before"), st.integers(1, 12)),
    st.builds(When, st.just("used"), st.integers(1, 100)),
    st.just(When("due")),
    st.builds(When, st.just("after"), st.integers(0, 12)),
)
_RUNGS = st.lists(st.builds(Rung, st.uuids().map(str), st.sampled_from(LEVELS), _WHENS), max_size=6)
_DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))


@st.composite
def spans(draw: st.DrawFn) -> Span:
    """Return a clock as the fold gives it: perhaps extended, perhaps paused for a while."""
    start, quota = draw(_DAYS), draw(st.integers(0, 30))
    entries: list[Entry] = [Start(start, quota, draw(st.sampled_from(["wd", "cd"])))]
    if draw(st.booleans()):
        entries.append(Extend(start, draw(st.integers(1, 10))))
    if draw(st.booleans()):
        begun = start + timedelta(days=draw(st.integers(1, 20)))
        entries += [Pause(begun, "听证", key="p"), Resume(begun + timedelta(days=draw(st.integers(0, 30))), "p")]
    found = fold(entries, CALENDAR, PauseRule.AFTER_P_THROUGH_R)
    return Span(start, found.start.quota + found.extended, found.start.unit, found.due)


@given(rungs=_RUNGS, span=spans(), random=st.randoms(use_true_random=False))
def test_the_order_of_the_rules_is_irrelevant(rungs: list[Rung], span: Span, random) -> None:
    mixed = list(rungs)
    random.shuffle(mixed)
    assert steps(mixed, span, CALENDAR) == steps(rungs, span, CALENDAR)


@given(rungs=_RUNGS, span=spans(), looks=st.lists(st.integers(0, 90), max_size=12))
def test_each_rung_is_due_once_for_a_date_never_before_its_time_and_the_next_look_misses_none(
    rungs: list[Rung], span: Span, looks: list[int]
) -> None:
    done: list[str] = []
    end = instant(When("after", 0), span, CALENDAR)
    assert end is not None
    times = [datetime.combine(span.start, datetime.min.time(), UTC) + timedelta(days=day) for day in sorted(looks)]
    for now in [*times, end + timedelta(days=60)]:
        waiting = next_step(rungs, done, span)
        fired = due_steps(rungs, done, span, CALENDAR, now)
        assert bool(fired) == (waiting is not None and waiting.at <= now)
        assert all(step.at <= now for step in fired)
        done += [step.rung.rule for step in fired]
    assert sorted(done) == sorted(step.rung.rule for step in steps(rungs, span, CALENDAR))
    assert next_step(rungs, done, span) is None


@given(rungs=_RUNGS, span=spans())
def test_nothing_but_what_says_that_it_is_late_comes_after_the_limit(rungs: list[Rung], span: Span) -> None:
    passed = instant(When("after", 0), span, CALENDAR)
    assert passed is not None
    for step in steps(rungs, span, CALENDAR):
        assert (step.at >= passed) == (step.rung.when.kind == "after")
        assert step.at > datetime.combine(span.start, datetime.min.time(), CITY)


@given(
    percent=st.integers(1, 100), start=_DAYS, quota=st.integers(1, 30), gap=st.integers(0, 20), away=st.integers(0, 9)
)
def test_a_share_is_never_said_to_be_used_before_it_is(
    percent: int, start: date, quota: int, gap: int, away: int
) -> None:
    begun = start + timedelta(days=gap)
    entries: list[Entry] = [
        Start(start, quota, "wd"),
        Pause(begun, "检验", key="p"),
        Resume(begun + timedelta(days=away), "p"),
    ]
    due = fold(entries, CALENDAR, PauseRule.AFTER_P_THROUGH_R).due
    at = instant(When("used", percent), Span(start, quota, "wd", due), CALENDAR)
    if at is not None:
        used = fold(entries, CALENDAR, PauseRule.AFTER_P_THROUGH_R, today=at.astimezone(CITY).date()).used
        assert used * 100 >= quota * percent


@given(rungs=_RUNGS, start=_DAYS, quota=st.integers(0, 30))
def test_a_paused_clock_has_no_rung(rungs: list[Rung], start: date, quota: int) -> None:
    assert steps(rungs, Span(start, quota, "wd", None), CALENDAR) == []
