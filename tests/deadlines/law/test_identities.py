"""The five identities of the count, the order of entries and the replay, on ledgers nobody thought of."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from deadlines.law.calendar import Calendar, seed_calendar
from deadlines.law.ledger import CalendarChange, Entry, Extend, Pause, PauseRule, Resume, Start, Stop, Unit
from deadlines.law.meter import difference, fold
from deadlines.law.rows import parse_day

CALENDAR = seed_calendar()
DATES = st.dates(date(2020, 1, 1), date(2033, 12, 31))
UNITS: st.SearchStrategy[Unit] = st.sampled_from(("wd", "cd"))
RULES = st.sampled_from(tuple(PauseRule))
SPANS = st.lists(st.tuples(st.integers(0, 80), st.none() | st.integers(0, 40)), max_size=4)
MANY = settings(deadline=None, max_examples=300)


@st.composite
def ledgers(draw: st.DrawFn) -> list[Entry]:
    """A start, pauses of their own keys that overlap freely, extensions, and perhaps a stop at the end."""
    start = draw(DATES)
    entries: list[Entry] = [Start(start, draw(st.integers(0, 60)), draw(UNITS))]
    for number, (offset, length) in enumerate(draw(SPANS)):
        begin = start + timedelta(days=offset)
        entries.append(
            Pause(begin, draw(st.sampled_from(("听证", "检验", "专家评审"))), f"告知书{number}", str(number))
        )
        if length is not None:
            entries.append(Resume(begin + timedelta(days=length), str(number)))
    extensions = draw(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 15)), max_size=2))
    entries += [Extend(start + timedelta(days=offset), days, "批准") for offset, days in extensions]
    if draw(st.booleans()):
        entries.append(Stop(max(entry.on for entry in entries), "结果移交签收"))
    return entries


@MANY
@given(DATES, st.integers(1, 120))
def test_identity_1_the_day_found_by_adding_is_a_working_day(start: date, days: int) -> None:
    assert CALENDAR.is_workday(CALENDAR.add(start, days).date)


@MANY
@given(DATES, st.integers(1, 120))
def test_identity_2_counting_to_the_day_found_gives_the_number_added(start: date, days: int) -> None:
    assert CALENDAR.count(start, CALENDAR.add(start, days).date) == days


@MANY
@given(DATES, st.integers(1, 60), st.integers(0, 60), st.integers(0, 40))
def test_identity_3_a_pause_moves_the_date_by_adding_the_working_days_it_covers(
    start: date, days: int, offset: int, length: int
) -> None:
    begin = start + timedelta(days=offset)
    plain = CALENDAR.add(start, days).date
    assume(begin < plain)
    end = begin + timedelta(days=length)
    paused = fold([Start(start, days), Pause(begin), Resume(end)], CALENDAR)
    assert paused.due == CALENDAR.add(plain, CALENDAR.count(begin, end)).date


@MANY
@given(ledgers(), RULES, st.randoms(use_true_random=False))
def test_identity_4_the_order_in_which_entries_are_written_means_nothing(
    entries: list[Entry], rule: PauseRule, chance: Any
) -> None:
    shuffled = list(entries)
    chance.shuffle(shuffled)
    assert fold(shuffled, CALENDAR, rule) == fold(entries, CALENDAR, rule)


@MANY
@given(DATES, st.integers(0, 60), UNITS, st.lists(st.tuples(st.integers(0, 80), st.integers(0, 40)), max_size=4), RULES)
def test_identity_4_overlapping_pauses_count_once_like_their_union(
    start: date, quota: int, unit: Unit, spans: list[tuple[int, int]], rule: PauseRule
) -> None:
    begin = [Start(start, quota, unit)]
    pauses = [(start + timedelta(days=offset), start + timedelta(days=offset + length)) for offset, length in spans]
    doubled = _paused(begin, [*pauses, *pauses])
    assert fold(doubled, CALENDAR, rule).due == fold(_paused(begin, pauses), CALENDAR, rule).due


def _paused(begin: list[Start], pauses: list[tuple[date, date]]) -> list[Entry]:
    entries: list[Entry] = list(begin)
    for number, (first, last) in enumerate(pauses):
        entries += [Pause(first, key=str(number)), Resume(last, key=str(number))]
    return entries


@MANY
@given(ledgers(), RULES)
def test_identity_5_replaying_entries_written_as_text_gives_the_same_reckoning(
    entries: list[Entry], rule: PauseRule
) -> None:
    written = [json.dumps({"type": type(entry).__name__, **asdict(entry)}, default=str) for entry in entries]
    replayed = [_read(line) for line in written]
    assert fold(replayed, CALENDAR, rule) == fold(entries, CALENDAR, rule)


def _read(line: str) -> Entry:
    fields = json.loads(line)
    entry_type = {"Start": Start, "Pause": Pause, "Resume": Resume, "Extend": Extend, "Stop": Stop}[fields.pop("type")]
    fields["on"] = parse_day(fields["on"])
    entry: Entry = entry_type(**fields)
    return entry


@MANY
@given(ledgers(), RULES)
def test_each_line_says_the_date_that_held_after_its_entry(entries: list[Entry], rule: PauseRule) -> None:
    start, *others = [entry for entry in entries if not isinstance(entry, Stop)]
    whole = fold([start, *others], CALENDAR, rule)
    dated = [line for line in whole.ledger if line.kind != "roll"]
    for cut in {line.date for line in dated}:
        until = [entry for entry in [start, *others] if entry.on <= cut]
        last = [line for line in dated if line.date <= cut][-1]
        assert last.due_after == fold(until, CALENDAR, rule).due


@MANY
@given(DATES, st.integers(0, 60), st.integers(1, 30), st.sets(st.integers(1, 60), max_size=5))
def test_a_change_of_calendar_is_explained_from_the_old_date_to_the_new(
    start: date, quota: int, offset: int, turned: set[int]
) -> None:
    old = CALENDAR
    new = _turn(old, {start + timedelta(days=days) for days in turned})
    change = difference(old, new, start + timedelta(days=offset), "测试调整")
    found = fold([Start(start, quota), change], new)
    assert found.ledger[0].due_after == fold([Start(start, quota)], old).due
    assert found.due == fold([Start(start, quota)], new).due


def _turn(calendar: Calendar, days: set[date]) -> Calendar:
    closed = {day for day in days if calendar.is_workday(day)}
    return calendar.changed(closed, days - closed, calendar.confirmed)


@MANY
@given(ledgers(), RULES)
def test_more_quota_never_brings_the_date_nearer(entries: list[Entry], rule: PauseRule) -> None:
    start, *others = entries
    assert isinstance(start, Start)
    found = fold(entries, CALENDAR, rule)
    longer = fold([Start(start.on, start.quota + 1, start.unit), *others], CALENDAR, rule)
    if longer.due is not None:
        assert found.due is not None
        assert found.due <= longer.due


def test_an_entry_of_a_changed_calendar_is_also_plain_text() -> None:
    change = CalendarChange(date(2026, 7, 21), 3, "暴雨停业", closed=(date(2026, 7, 20),))
    assert json.loads(json.dumps(asdict(change), default=str))["closed"] == ["2026-07-20"]
