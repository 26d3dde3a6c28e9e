"""``deadlines compute``: a date from plain words, without a database; the caller prints what this returns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast, get_args

from deadlines.law.calendar import Calendar
from deadlines.law.errors import BadDays, BadPause, BadUnit, EntryBeforeStart, PauseEndsEarly
from deadlines.law.ledger import MOST_DAYS, Entry, Extend, Pause, PauseRule, Resume, Start, Unit
from deadlines.law.meter import fold
from deadlines.law.rows import parse_day
from deadlines.law.wording import day_text

__all__ = ["PauseSpan", "as_text", "compute", "parse_day", "parse_days", "parse_pause", "parse_unit"]


@dataclass(frozen=True, slots=True)
class PauseSpan:
    """A pause from ``begin`` to ``end``; ``end`` is None while it is open."""

    begin: date
    end: date | None


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
) -> dict[str, Any]:
    """Return ``due`` (ISO date or None while paused), ``provisional``, ``left`` and ``ledger`` ready for JSON.

    ``days`` and ``extensions`` are in ``unit``.  Raises the errors of the parsers above, of the ledger and of
    the calendar.
    """
    entries: list[Entry] = [Start(start, days, unit), *(Extend(start, more) for more in extensions)]
    for number, pause in enumerate(pauses):
        entries += _entries(f"{number:06}", pause, start)
    found = fold(entries, calendar, rule)
    return {
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


def _entries(key: str, pause: PauseSpan, start: date) -> list[Entry]:
    if pause.begin < start:
        raise EntryBeforeStart(what="停表", on=day_text(pause.begin), start=day_text(start))
    if pause.end is None:
        return [Pause(pause.begin, key=key)]
    if pause.end < pause.begin:
        raise PauseEndsEarly(end=day_text(pause.end), begin=day_text(pause.begin))
    return [Pause(pause.begin, key=key), Resume(pause.end, key=key)]


def as_text(result: dict[str, Any]) -> str:
    """Return the result of :func:`compute` as lines for people."""
    lines = [line["sentence"] for line in result["ledger"]]
    if result["due"] is None:
        return "\n".join([*lines, f"停表中，剩余{result['left']}日，到期日待恢复计时后确定。"])
    mark = "（暂定：涉及尚未公布放假安排的年度）" if result["provisional"] else ""
    return "\n".join([*lines, f"到期日：{result['due']}{mark}"])
