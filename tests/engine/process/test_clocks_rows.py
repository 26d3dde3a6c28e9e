"""Ledger entries as rows: what is written down is what is read, whatever the entry."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deadlines.law.ledger import CalendarChange, Entry, Extend, Pause, Resume, Start, Stop
from engine.process.clocks.queries import ClockRow, add_entry, entries_of, put_clock
from engine.process.clocks.rules import TITLES, entry_from, entry_row
from tests.engine.foundation.units import Store

days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
some_days = st.lists(days, max_size=4).map(tuple)
entries: st.SearchStrategy[Entry] = st.one_of(
    st.builds(Start, days, st.integers(0, 3660), st.sampled_from(["wd", "cd"])),
    st.builds(Pause, days, words, words, words),
    st.builds(Resume, days, words),
    st.builds(Extend, days, st.integers(1, 3660), words),
    st.builds(
        CalendarChange, days, st.integers(1, 99), words, some_days, some_days,
        st.lists(st.integers(2020, 2035), max_size=3).map(tuple),
    ),
    st.builds(Stop, days, words),
)  # fmt: skip


@given(entries)
def test_an_entry_survives_its_row(entry: Entry):
    kind, on, body = entry_row(entry)
    assert entry_from(kind, on, json.loads(json.dumps(body))) == entry


@given(entries)
def test_a_rows_body_holds_plain_json_and_not_the_day_a_second_time(entry: Entry):
    _, on, body = entry_row(entry)
    assert on == entry.on
    assert "on" not in body
    assert json.loads(json.dumps(body)) == body


@given(st.lists(entries, max_size=12))
def test_kinds_are_told_apart(ledger: list[Entry]):
    kinds = {entry_row(entry)[0]: type(entry) for entry in ledger}
    assert len(set(kinds.values())) == len(kinds)


def test_a_row_of_a_kind_nobody_knows_is_not_read_as_something_else():
    with pytest.raises(KeyError):
        entry_from("holiday", date(2026, 3, 2), {})


LEDGER: list[Entry] = [
    Start(date(2026, 3, 2), 20),
    Pause(date(2026, 3, 6), "检验", "通知书〔2026〕1号", "p1"),
    Resume(date(2026, 3, 18), "p1"),
    Extend(date(2026, 3, 20), 10, "经批准"),
    CalendarChange(date(2026, 3, 21), 2, "调休", (date(2026, 4, 6),), (date(2026, 4, 11),), (2026, 2027)),
    Stop(date(2026, 4, 1), "签收"),
]


def test_a_whole_ledger_is_read_back_in_the_order_it_was_written(store: Store):
    row = ClockRow("case:1:commitment:1", "case:1", "commitment", 1, "running", None, None, False, None)
    with store.unit("case:1") as unit:
        put_clock(unit, row)
        for entry in LEDGER:
            add_entry(unit, row, entry)
    with store.database.reading() as connection:
        assert entries_of(connection, row.id) == LEDGER
        assert entries_of(connection, "case:1:commitment:2") == []


def test_every_kind_of_clock_has_a_title_for_people():
    assert {"correction_notice", "commitment", "statutory", "delivery"} <= set(TITLES)
    assert all(TITLES.values())
    assert len(set(TITLES.values())) == len(TITLES), "people tell clocks apart by their titles"
