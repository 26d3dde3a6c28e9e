"""``deadlines compute``: a date from plain words, without a database; the caller prints what this returns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, cast, get_args

from deadlines.law.calendar import Calendar
from deadlines.law.daybook import MARKS, BookDay, by_line, counted_days, spans
from deadlines.law.daywords import day_line, spans_text
from deadlines.law.errors import (
    BadDays,
    BadPause,
    BadUnit,
    EntryBeforeStart,
    ExtendedTwice,
    PauseEndsEarly,
    PausesOverlap,
)
from deadlines.law.ledger import MOST_DAYS, Entry, Extend, Pause, PauseRule, Resume, Start, Unit
from deadlines.law.meter import fold
from deadlines.law.rows import parse_day
from deadlines.law.wording import amount_text, day_text

__all__ = ["PauseSpan", "as_text", "compute", "parse_day", "parse_days", "parse_pause", "parse_unit"]


@dataclass(frozen=True, slots=True)
class PauseSpan:
    """A pause from ``begin`` to ``end``; ``end`` is None while it is open."""

    begin: date
    end: date | None

    @property
    def text(self) -> str:
        """The pause as it is typed."""
        return f"{self.begin}..{self.end or ''}"


def parse_days(text: str, least: int = 0) -> int:
    """Return a number of days from ``least`` to ten years; raise :class:`BadDays` for anything else."""
    if not re.fullmatch(r"[0-9]{1,6}", text) or not least <= int(text) <= MOST_DAYS:
        raise BadDays(text=text, least=least, most=MOST_DAYS)
    return int(text)


def parse_unit(text: str) -> Unit:
    """Return ``wd``, ``cd`` or ``month``; raise :class:`BadUnit` for anything else."""
    for unit in get_args(Unit):
        if text == unit:
            return cast("Unit", unit)
    raise BadUnit(text=text)


def parse_pause(text: str) -> PauseSpan:
    """Return the pause written ``2026-03-06..2026-03-18``, or ``2026-03-06..`` while it is open.

    Raises :class:`BadPause`, :class:`BadDate` or :class:`PauseEndsEarly`.
    """
    begin_text, dots, end_text = text.partition("..")
    if not dots or not begin_text:
        raise BadPause(text=text)
    begin = parse_day(begin_text)
    end = parse_day(end_text) if end_text else None
    if end is not None and end < begin:
        raise PauseEndsEarly(end=day_text(end), begin=day_text(begin))
    return PauseSpan(begin, end)


def compute(
    start: date,
    days: int,
    unit: Unit,
    pauses: Sequence[PauseSpan],
    extensions: Sequence[int],
    calendar: Calendar,
    rule: PauseRule = PauseRule.AFTER_P_THROUGH_R,
    *,
    with_days: bool = False,
) -> dict[str, Any]:
    """Return ``due`` (ISO date or None while paused), ``provisional``, ``left`` and ``ledger`` ready for JSON.

    ``days`` and ``extensions`` are in ``unit``.  With ``with_days`` also ``days``, each day through the due date (while
    it is open, through the last day that is known) counted or left out, and to each line what it ``counted``.

    Raises the errors of the parsers above, of the ledger and of the calendar; :class:`ExtendedTwice` for a second
    extension (行政许可法 42) and :class:`PausesOverlap` for pauses that share a day.
    """
    if len(extensions) > 1:
        raise ExtendedTwice(count=len(extensions))
    _refuse_overlap(pauses)
    entries: list[Entry] = [Start(start, days, unit), *(Extend(start, more) for more in extensions)]
    for number, pause in enumerate(pauses):
        entries += _entries(f"{number:06}", pause, start, calendar)
    found = fold(entries, calendar, rule)
    result: dict[str, Any] = {
        "due": found.due.isoformat() if found.due else None,
        "provisional": found.provisional,
        "left": found.left,
        "ledger": [
            {
                "date": line.date.isoformat(),
                "sentence": line.sentence,
                "delta": line.delta,
                "due_after": line.due_after.isoformat() if line.due_after else None,
            }
            for line in found.ledger
        ],
    }
    if with_days:
        book = counted_days(entries, calendar, rule, found.due or max(entry.on for entry in entries))
        for told, line, part in zip(result["ledger"], found.ledger, by_line(found.ledger, book), strict=True):
            told["counted"] = spans_text(spans(part), unit, line.date.year)
        result["days"] = [_day(one) for one in book]
    return result


def _day(one: BookDay) -> dict[str, Any]:
    return {
        "date": one.day.isoformat(), "mark": one.mark, "mark_name": MARKS[one.mark], "counted": one.used,
        "number": one.number, "why": one.why, "said": day_line(one),
    }  # fmt: skip


def _refuse_overlap(pauses: Sequence[PauseSpan]) -> None:
    """Refuse typed pauses that share a day: the ledger takes the union of kept ones, but here it is a slip."""
    ordered = sorted(pauses, key=lambda pause: (pause.begin, pause.end or date.max))
    for earlier, later in pairwise(ordered):
        if earlier.end is None or later.begin < earlier.end:
            raise PausesOverlap(earlier=earlier.text, later=later.text)


def _entries(key: str, pause: PauseSpan, start: date, calendar: Calendar) -> list[Entry]:
    for day in (pause.begin, pause.end or pause.begin):
        calendar.ordinal(day)
    if pause.begin < start:
        raise EntryBeforeStart(what="停表", on=day_text(pause.begin), start=day_text(start))
    if pause.end is None:
        return [Pause(pause.begin, key=key)]
    if pause.end < pause.begin:
        raise PauseEndsEarly(end=day_text(pause.end), begin=day_text(pause.begin))
    return [Pause(pause.begin, key=key), Resume(pause.end, key=key)]


def as_text(result: dict[str, Any], unit: Unit = "wd") -> str:
    """Return the result of :func:`compute` in ``unit`` as lines for people; the days as a table when they are there."""
    lines: list[str] = []
    for line in result["ledger"]:
        lines += [line["sentence"], *([f"  {line['counted']}"] if line.get("counted") else [])]
    lines += [day["said"] for day in result.get("days", ())]
    if result["due"] is None:
        return "\n".join([*lines, f"停表中，剩余{amount_text(result['left'], unit)}，到期日待恢复计时后确定。"])
    mark = "（暂定：涉及尚未公布放假安排的年度）" if result["provisional"] else ""
    return "\n".join([*lines, f"到期日：{result['due']}{mark}"])
