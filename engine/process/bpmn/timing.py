"""The time a plain timer names: an ISO 8601 literal, and the instants it stands for.

Faults cured: SpiffWorkflow evaluates a timer as a Python expression, takes a month for 31 days and
``P`` for nothing at all, reads a date without an offset in the zone of whatever server it runs on,
and breaks on a start, an end or cron in a cycle.  Here a literal is read when the file is checked.
Months and years go by the calendar of the city, a day of the month that does not exist is the
month's last; a date or a time without an offset is Asia/Shanghai.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, NoReturn

from engine.foundation.clock import CITY

KINDS: Final = ("timeDuration", "timeDate", "timeCycle")
"""The three ways BPMN writes a time, as the file has them."""

SHORTEST_CYCLE: Final = timedelta(minutes=1)
"""Shortest time between two ticks of a cycle: below it a sweep would never be done with it."""

LONGEST_YEARS: Final = 50
"""Longest duration taken, in years: what is longer is a slip of the pen."""

MOST_TIMES: Final = 1_000
"""Most repetitions a cycle may count; ``R/`` goes on until its element is left."""

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?")
_SPAN: Final = re.compile(
    r"P(?=[\dT])(?:(?P<weeks>\d{1,6})W|(?:(?P<years>\d{1,6})Y)?(?:(?P<months>\d{1,6})M)?(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,6})S)?)?)"
)
_CYCLE: Final = re.compile(r"R(\d{1,6})?/([^/]*)")


class TimingRefused(ValueError):
    """定时的时间不能使用：{reason}"""

    code = "TIMING_REFUSED"


def _refuse(reason: str) -> NoReturn:
    raise TimingRefused(reason)


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: ``months`` by the calendar, and ``exact`` of always the same length."""

    months: int
    exact: timedelta

    def after(self, instant: datetime, times: int = 1) -> datetime:
        """Return the UTC instant that lies ``times`` spans after the aware ``instant``."""
        local = instant.astimezone(CITY)
        month = local.year * 12 + local.month - 1 + self.months * times
        year, month = divmod(month, 12)
        day = min(local.day, calendar.monthrange(year, month + 1)[1])
        return local.replace(year=year, month=month + 1, day=day).astimezone(UTC) + self.exact * times


@dataclass(frozen=True, slots=True)
class Timing:
    """When a timer is due: at one instant (the span is empty then), after a span, or again and again after one.

    ``times`` is how often it rings while its element is open, None for as often as the span goes by.
    """

    at: datetime | None
    span: Span
    times: int | None = 1

    def due(self, entered: datetime, tick: int = 1) -> datetime:
        """Return the UTC instant of the ``tick``-th ring of a timer whose element was entered at ``entered``.

        Each tick is counted from the entry, so that the last days of months do not creep.
        """
        return self.at if self.at is not None else self.span.after(entered, tick)


def read_timing(kind: str, text: str) -> Timing:
    """Return the time in ``text``, written in the BPMN element ``kind``.

    Raises :class:`TimingRefused` with the reason in Chinese.
    """
    if text[:1] in ("'", '"', "$", "#", "="):
        _refuse("这里只能直接写时间，不能用引号或表达式")
    if kind == "timeDate":
        return Timing(_instant(text), Span(0, timedelta()))
    if kind == "timeDuration":
        return Timing(None, _span(text))
    return _cycle(text)


def _instant(text: str) -> datetime:
    if not _DATE.fullmatch(text):
        _refuse("日期时间要写成 2026-12-01T09:00:00+08:00，不写时区的按北京时间")
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        _refuse("没有这一天或这一时刻")
    return (read if read.tzinfo is not None else read.replace(tzinfo=CITY)).astimezone(UTC)


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None:
        _refuse("时长要写成 P3D（3 天）、PT4H（4 小时）、P1M（1 个月）或 P2W（2 周）这样的整数")
    counts = {unit: int(count or 0) for unit, count in found.groupdict().items()}
    months = counts.pop("years") * 12 + counts.pop("months")
    exact = timedelta(**counts)
    span = Span(months, exact)
    if not span.months and not exact:
        _refuse("时长不能是零")
    if span.months > LONGEST_YEARS * 12 or exact > timedelta(days=LONGEST_YEARS * 366):
        _refuse(f"时长超过 {LONGEST_YEARS} 年")
    return span


def _cycle(text: str) -> Timing:
    found = _CYCLE.fullmatch(text)
    if found is None:
        _refuse("周期要写成 R/PT1H（每小时一次）或 R3/P1D（每天一次，共 3 次），不能带起止时间，也不能用 cron 写法")
    times = int(found[1]) if found[1] else None
    if times is not None and not 0 < times <= MOST_TIMES:
        _refuse(f"重复次数只能是 1 到 {MOST_TIMES}，不限次数时写 R/")
    span = _span(found[2])
    if not span.months and span.exact < SHORTEST_CYCLE:
        _refuse("周期不能短于 1 分钟")
    return Timing(None, span, times)
