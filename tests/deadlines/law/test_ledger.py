"""The ledger: the one order of its entries, and what is not a ledger."""

from __future__ import annotations

from datetime import date

import pytest

from deadlines.law.errors import (
    BadDays,
    EntryAfterStop,
    EntryBeforeStart,
    LawError,
    PauseAlreadyOpen,
    ResumeWithoutPause,
    StartMissing,
    StopRepeated,
)
from deadlines.law.ledger import CalendarChange, Entry, Extend, Pause, PauseRule, Resume, Start, Stop, arrange


def march(day: int) -> date:
    return date(2026, 3, day)


START = Start(march(2), 10)


def test_entries_of_one_day_are_start_calendar_extension_pauses_stop() -> None:
    day = START.on
    given: list[Entry] = [Stop(day), Pause(day), Extend(day, 5), CalendarChange(day, 2), START]
    assert [type(entry).__name__ for entry in arrange(given)] == ["Start", "CalendarChange", "Extend", "Pause", "Stop"]


def test_on_one_day_the_open_pause_is_lifted_before_the_next_begins() -> None:
    first, lifted, second = Pause(march(6), "听证"), Resume(march(10)), Pause(march(10), "检验")
    assert arrange([second, lifted, first, START]) == (START, first, lifted, second)


def test_a_pause_may_be_lifted_on_the_day_it_began() -> None:
    assert arrange([Resume(march(6)), Pause(march(6)), START]) == (START, Pause(march(6)), Resume(march(6)))


def test_two_changes_of_calendar_on_one_day_take_effect_by_version() -> None:
    second, first = CalendarChange(march(9), 10), CalendarChange(march(9), 9)
    assert arrange([second, first, START]) == (START, first, second)


def test_pauses_of_different_keys_may_overlap() -> None:
    entries: list[Entry] = [
        START,
        Pause(march(6), key="a"),
        Pause(march(9), key="b"),
        Resume(march(11), "a"),
        Resume(march(12), "b"),
    ]
    assert arrange(entries[::-1]) == tuple(entries)


def test_pauses_of_one_day_are_told_in_the_order_of_their_keys() -> None:
    pauses = [Pause(march(6), key=key) for key in "abcdefghijkl"]
    assert arrange([*reversed(pauses), START]) == (START, *pauses)


def test_two_pauses_of_one_key_and_day_are_told_by_reason() -> None:
    first, second, at_once, later = Pause(march(6), "听证"), Pause(march(6), "检验"), Resume(march(6)), Resume(march(9))
    told = arrange([START, first, second, at_once, later])
    assert told == arrange([START, second, first, later, at_once])
    assert [type(entry) for entry in told] == [Start, Pause, Resume, Pause, Resume]


@pytest.mark.parametrize(
    "entries, refusal, sentence",
    [
        ([], StartMissing, "应当有且只有一条起算记录，现有0条"),
        ([START, Start(march(3), 5)], StartMissing, "现有2条"),
        ([START, Stop(march(9)), Stop(march(10))], StopRepeated, "最多只能有一条终止记录，现有2条"),
        ([START, Pause(date(2026, 2, 27))], EntryBeforeStart, "停表日期2026年2月27日早于起算日2026年3月2日"),
        ([START, Extend(date(2026, 2, 27), 5)], EntryBeforeStart, "延期日期2026年2月27日早于起算日"),
        ([START, Stop(date(2026, 2, 27))], EntryBeforeStart, "终止日期2026年2月27日早于起算日"),
        ([START, Stop(march(9)), Extend(march(10), 5)], EntryAfterStop, "延期日期2026年3月10日晚于终止日2026年3月9日"),
        ([START, Pause(march(6)), Pause(march(9))], PauseAlreadyOpen, "2026年3月9日的停表与尚未恢复的停表重复"),
        (
            [START, Pause(march(6)), Pause(march(9)), Resume(march(10)), Resume(march(11))],
            PauseAlreadyOpen,
            "2026年3月9日的停表",
        ),
        ([START, Resume(march(6))], ResumeWithoutPause, "2026年3月6日的恢复找不到对应的停表"),
        ([START, Pause(march(6)), Resume(march(5))], ResumeWithoutPause, "2026年3月5日的恢复"),
        ([START, Pause(march(6), key="a"), Resume(march(9), "b")], ResumeWithoutPause, "2026年3月9日的恢复"),
        ([Start(march(2), -1)], BadDays, "天数“-1”不正确，请填写0至3660之间的整数"),
        ([Start(march(2), 3661)], BadDays, "天数“3661”不正确"),
        ([START, Extend(march(3), 0)], BadDays, "天数“0”不正确，请填写1至3660之间的整数"),
    ],
)
def test_what_is_not_a_ledger_is_refused_with_a_sentence(
    entries: list[Entry], refusal: type[LawError], sentence: str
) -> None:
    with pytest.raises(refusal) as refused:
        arrange(entries)
    assert sentence in refused.value.sentence
    assert isinstance(refused.value, ValueError)


def test_each_refusal_has_its_own_code_and_a_sentence_that_ends_properly() -> None:
    refusals = LawError.__subclasses__()
    assert len({refusal.code for refusal in refusals} | {LawError.code}) == len(refusals) + 1
    assert all((refusal.__doc__ or "").endswith("。") for refusal in refusals)


def test_the_pause_rules_are_written_the_way_the_policy_table_stores_them() -> None:
    assert [rule.value for rule in PauseRule] == ["(P,R]", "[P,R]", "[P,R)"]
    assert PauseRule("(P,R]") is PauseRule.AFTER_P_THROUGH_R
