"""A second opinion that walks day by day and shares no code with the meter; and the random ledgers for it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import chinese_calendar

from deadlines.law.ledger import Entry, Extend, Pause, PauseRule, Resume, Start, Unit

ONE_DAY = timedelta(days=1)
Span = tuple[date, date | None]


@cache
def worked(day: date) -> bool:
    """The State Council's word as another project read it, 2004 to 2026."""
    return bool(chinese_calendar.is_workday(day))


def left_out(day: date, pause: Span, rule: PauseRule) -> bool:
    begin, end = pause
    after_begin = day > begin if rule is PauseRule.AFTER_P_THROUGH_R else day >= begin
    if end is None:
        return after_begin
    return after_begin and (day < end if rule is PauseRule.FROM_P_BEFORE_R else day <= end)


@dataclass(frozen=True)
class Case:
    start: date
    quota: int
    unit: Unit
    pauses: tuple[Span, ...]
    extensions: tuple[int, ...]
    rule: PauseRule

    def entries(self) -> list[Entry]:
        entries: list[Entry] = [Start(self.start, self.quota, self.unit)]
        entries += [Extend(self.start, days) for days in self.extensions]
        for number, (begin, end) in enumerate(self.pauses):
            entries.append(Pause(begin, key=str(number)))
            if end is not None:
                entries.append(Resume(end, key=str(number)))
        return entries

    def left_out(self, day: date) -> bool:
        return any(left_out(day, pause, self.rule) for pause in self.pauses)

    def for_good(self, day: date) -> bool:
        return any(left_out(day, pause, self.rule) for pause in self.pauses if pause[1] is None)

    @property
    def by_day(self) -> bool:
        """Whether every day counts, not only those that are worked."""
        return self.unit != "wd"

    def days(self) -> int:
        """Return the days to count; of months, those until the day of the start is met in that month, or its end."""
        amount = self.quota + sum(self.extensions)
        if self.unit != "month":
            return amount
        day, passed = self.start, 0
        while passed < amount or (day.day != self.start.day and (day + ONE_DAY).month == day.month):
            day += ONE_DAY
            passed += day.day == 1
        return (day - self.start).days

    def walk(self) -> tuple[date | None, int]:
        """Return the due date and 0, or None and what is left of the quota while the clock stands still."""
        left, day = self.days(), self.start
        while left:
            day += ONE_DAY
            if self.for_good(day):
                return None, left
            if not self.left_out(day) and (self.by_day or worked(day)):
                left -= 1
        while not worked(day) or self.left_out(day):
            if self.for_good(day):
                return None, 0
            day += ONE_DAY
        return day, 0

    def used(self, today: date) -> int:
        """Return the days counted in (start, today]."""
        days = (self.start + ONE_DAY * i for i in range(1, (today - self.start).days + 1))
        return sum(1 for day in days if not self.left_out(day) and (self.by_day or worked(day)))


def random_case(chance: random.Random) -> Case:
    """A ledger between 2020 and the autumn of 2026 with 0 to 4 pauses that overlap, touch, nest and stay open."""
    start = date(2020, 1, 1) + ONE_DAY * chance.randrange(2192)
    pauses: list[Span] = []
    for _ in range(chance.choice((0, 1, 1, 2, 2, 3, 4))):
        begin = start + ONE_DAY * chance.choice((0, 1, chance.randrange(60), chance.randrange(90)))
        end = begin + ONE_DAY * chance.choice((0, 1, chance.randrange(25), chance.randrange(45)))
        pauses.append((begin, None if chance.random() < 0.08 else end))
    unit: Unit = chance.choice(("wd", "wd", "cd", "month"))
    months = unit == "month"
    return Case(
        start=start,
        quota=chance.choice((1, 2, 3)) if months else chance.choice((0, 1, 5, 10, 20, chance.randrange(61))),
        unit=unit,
        pauses=tuple(pauses),
        extensions=tuple(chance.randrange(1, 3 if months else 16) for _ in range(chance.choice((0, 0, 0, 1, 2)))),
        rule=chance.choice(tuple(PauseRule)),
    )
