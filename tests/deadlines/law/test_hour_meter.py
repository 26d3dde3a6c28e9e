"""Clocks of working hours with pauses and extensions against a walk minute by minute that shares no code with them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deadlines.law.calendar import seed_calendar
from deadlines.law.errors import (
    BadHours,
    EntryAfterStop,
    EntryBeforeStart,
    PauseAlreadyOpen,
    ResumeWithoutPause,
    StopRepeated,
)
from deadlines.law.hour_ledger import HourEntry, HourExtend, HourPause, HourResume, HourStart, HourStop
from deadlines.law.hour_meter import due_instant, fold_hours
from deadlines.law.ledger import CalendarChange

CITY = ZoneInfo("Asia/Shanghai")
CALENDAR = seed_calendar()
MINUTE = timedelta(minutes=1)
FIRST = datetime(2026, 1, 5, tzinfo=CITY)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY)


@dataclass(frozen=True)
class Case:
    start: datetime
    hours: int
    pauses: tuple[tuple[datetime, datetime | None], ...]
    extensions: tuple[int, ...]

    def entries(self) -> list[HourEntry]:
        entries: list[HourEntry] = [HourStart(self.start, self.hours)]
        entries += [HourExtend(self.start, more) for more in self.extensions]
        for number, (begin, end) in enumerate(self.pauses):
            entries.append(HourPause(begin, key=str(number)))
            if end is not None:
                entries.append(HourResume(end, key=str(number)))
        return entries

    def counts(self, minute: datetime) -> bool:
        """Whether the minute that begins at ``minute`` lies in business hours that nothing leaves out."""
        held = any(begin <= minute and (end is None or minute < end) for begin, end in self.pauses)
        return not held and time(8, 30) <= minute.time() < time(17, 30) and chinese_calendar.is_workday(minute.date())

    def walk(self) -> tuple[datetime | None, int]:
        """Return the due instant and 0, or None and the minutes left while an open pause holds the clock."""
        left, moment = (self.hours + sum(self.extensions)) * 60, self.start
        while left:
            if any(end is None and begin <= moment for begin, end in self.pauses):
                return None, left
            left -= 1 if self.counts(moment) else 0
            moment += MINUTE
        return moment, 0


def a_case(chance: random.Random) -> Case:
    start = FIRST + MINUTE * chance.randrange(120 * 24 * 60)
    pauses: list[tuple[datetime, datetime | None]] = []
    for _ in range(chance.choice((0, 1, 1, 2, 3))):
        begin = start + MINUTE * chance.choice((0, chance.randrange(600), chance.randrange(5000)))
        end = begin + MINUTE * chance.choice((0, chance.randrange(400), chance.randrange(6000)))
        pauses.append((begin, None if chance.random() < 0.12 else end))
    extensions = tuple(chance.randrange(1, 9) for _ in range(chance.choice((0, 0, 1, 2))))
    return Case(start, chance.randrange(1, 25), tuple(pauses), extensions)


@pytest.mark.parametrize("seed", range(4))
def test_the_meter_agrees_with_a_walk_minute_by_minute_whatever_the_order_of_entries(seed: int) -> None:
    chance, opened = random.Random(seed), 0
    for _ in range(120):
        case = a_case(chance)
        entries = case.entries()
        chance.shuffle(entries)
        due, left = case.walk()
        assert due_instant(entries, CALENDAR) == due, case
        found = fold_hours(entries, CALENDAR)
        assert (found.due, found.left) == (None if due is None else due.date(), -(-left // 60)), case
        assert found.state == ("paused" if any(end is None for _, end in case.pauses) else "running")
        assert found.days == case.hours + sum(case.extensions)
        opened += due is None
    assert opened > 5, "the random ledgers visit the clock that stands still"


@pytest.mark.parametrize("seed", range(10, 12))
def test_what_is_left_at_any_minute_agrees_with_a_walk(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(150):
        case = a_case(chance)
        now = case.start + MINUTE * chance.randrange(4000)
        due, left = case.walk()
        end = due or min(begin for begin, ended in case.pauses if ended is None)
        minutes = sum(case.counts(now + MINUTE * step) for step in range(int((end - now) / MINUTE)))
        if now <= end:
            assert fold_hours(case.entries(), CALENDAR, now).left == -(-(minutes + left) // 60), (case, now)
        elif due is not None:
            late = sum(case.counts(due + MINUTE * step) for step in range(int((now - due) / MINUTE)))
            assert fold_hours(case.entries(), CALENDAR, now).left == -(late // 60), (case, now)


@given(seed=st.integers(0, 10_000), at=st.integers(0, 4000))
def test_a_pause_taken_as_ended_lands_where_its_resumption_would(seed: int, at: int) -> None:
    case = a_case(random.Random(seed))
    held = case.start + timedelta(minutes=at)
    entries = [*case.entries(), HourPause(held, key="held")]
    later = held + timedelta(minutes=777)
    assert due_instant(entries, CALENDAR, resumed=later) == due_instant(
        [*entries, *(HourResume(max(later, one.at), one.key) for one in _open(entries))], CALENDAR
    )


def _open(entries: list[HourEntry]) -> list[HourPause]:
    ended = {one.key for one in entries if isinstance(one, HourResume)}
    return [one for one in entries if isinstance(one, HourPause) and one.key not in ended]


def test_each_line_says_to_the_minute_what_happened() -> None:
    found = fold_hours(
        [
            HourStart(local("2026-03-02T09:00"), 4),
            HourPause(local("2026-03-02T10:00"), "检验", "安审批（特别）〔2026〕000001号", key="a"),
            HourResume(local("2026-03-03T09:10"), key="a"),
            HourExtend(local("2026-03-03T10:00"), 2, "材料复杂"),
            HourStop(local("2026-03-03T15:00")),
        ],
        CALENDAR,
    )
    assert [line.sentence for line in found.ledger] == [
        "自2026年3月2日09:00起算，期限4个工作小时（只计工作日08:30至17:30），到期时间为2026年3月2日13:00。",
        (
            "2026年3月2日10:00停表（检验，安审批（特别）〔2026〕000001号），停表期间不计入期限，"
            "到期时间待恢复计时后确定。"
        ),
        "2026年3月3日09:10恢复计时，不计入8工作小时10分，到期时间为2026年3月3日12:10。",
        "经批准延长2个工作小时（材料复杂），到期时间为2026年3月3日14:10。",
        "2026年3月3日15:00终止计时，超时50分。",
    ]
    assert (found.extended, found.days, found.stopped_on) == (2, 6, date(2026, 3, 3))


def test_a_calendar_that_changes_during_a_pause_moves_the_instant_after_it() -> None:
    entries: list[HourEntry] = [
        HourStart(local("2026-07-17T16:30"), 4),
        HourPause(local("2026-07-17T17:00"), key="a"),
        CalendarChange(date(2026, 7, 18), 2, "暴雨停止办公", closed=(date(2026, 7, 20),)),
    ]
    closed = CALENDAR.changed([date(2026, 7, 20)], [], CALENDAR.confirmed)
    found = fold_hours(entries, closed)
    assert found.ledger[-1].sentence == ("2026年7月18日工作日历调整为第2版（暴雨停止办公），到期时间待恢复计时后确定。")
    assert due_instant([*entries, HourResume(local("2026-07-20T09:00"), "a")], closed) == local("2026-07-21T12:00")


START = HourStart(local("2026-03-02T09:00"), 4)


@pytest.mark.parametrize(
    "entries, refused",
    [
        ([START, HourPause(local("2026-03-02T08:59"))], EntryBeforeStart),
        ([START, HourStop(local("2026-03-02T10:00")), HourPause(local("2026-03-02T10:01"))], EntryAfterStop),
        ([START, HourPause(local("2026-03-02T10:00")), HourPause(local("2026-03-02T11:00"))], PauseAlreadyOpen),
        ([START, HourResume(local("2026-03-02T10:00"))], ResumeWithoutPause),
        ([START, HourPause(local("2026-03-02T10:00")), HourResume(local("2026-03-02T09:30"))], ResumeWithoutPause),
        ([START, HourStop(local("2026-03-02T10:00")), HourStop(local("2026-03-02T10:00"))], StopRepeated),
        ([START, HourExtend(local("2026-03-02T10:00"), 2000)], BadHours),
    ],
)
def test_a_ledger_that_contradicts_itself_is_refused(entries: list[HourEntry], refused: type[Exception]) -> None:
    with pytest.raises(refused):
        fold_hours(entries, CALENDAR)
