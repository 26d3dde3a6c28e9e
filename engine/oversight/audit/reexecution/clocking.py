"""The clocks of one case reckoned again from its lines: each by the calendar and the figures of its moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from itertools import product
from typing import Any, cast

from deadlines.law.calendar import Calendar
from deadlines.law.due import due_of
from deadlines.law.errors import LawError
from deadlines.law.hour_ledger import HourEntry, HourExtend, HourPause, HourResume, HourStart, HourStop
from deadlines.law.hours import OfficeHours
from deadlines.law.ledger import Entry, Extend, Pause, PauseRule, Resume, Start, Stop
from engine.foundation.clock import CITY
from engine.foundation.journal.queries import Line
from engine.oversight.audit.reexecution.quotas import Basis, pause_rule, wrong_quota
from engine.oversight.audit.reexecution.rules import CALENDAR, Difference, Gap
from engine.oversight.audit.reexecution.then import Then
from engine.process.clocks.ledgers import (
    EXTENDED,
    FIRED,
    OPENED,
    ORDERED,
    OVERDUE,
    PAUSED,
    REMINDED,
    RESUMED,
    STOPPED,
)
from engine.process.clocks.reckoning import due_moment, reckon
from engine.process.clocks.rules import AnyEntry
from engine.process.clocks.yearly.recomputing import RECOMPUTED

ENTERED = frozenset({OPENED, PAUSED, RESUMED, EXTENDED, STOPPED, RECOMPUTED})
"""The lines that say something new of a clock: its date is reckoned again."""

REPEATED = frozenset({FIRED, REMINDED, OVERDUE, ORDERED})
"""The lines that say again for which date something is done."""

COUNTING = ENTERED | REPEATED

OPENS, CLOSES = "office_opens", "office_closes"


@dataclass(frozen=True)
class _Kept:
    rule: PauseRule
    offices: tuple[OfficeHours, ...]
    entries: tuple[AnyEntry, ...]
    due: str


class Clocks:
    """The clocks of one root as its lines have told them so far."""

    def __init__(self, then: Then) -> None:
        """Reckon with the calendars and figures of ``then``."""
        self._then = then
        self._kept: dict[str, _Kept] = {}

    def line(self, line: Line, basis: Basis) -> Difference | Gap | None:
        """Take in a line about a clock; return what it should have said, or None when it says just that."""
        data = line.data
        if line.type == OPENED:
            return self._opened(line, basis)
        kept = self._kept.get(data["clock"])
        if kept is None:
            return Gap(f"“{data.get('title', '')}”没有起算的记录")
        if line.type in REPEATED:
            return None if data["due"] == kept.due else _other(kept.due, data["due"], "当时的到期日")
        if line.type == RECOMPUTED:
            if data["old"] != kept.due:
                return _other(kept.due, data["old"], "改期之前的到期日")
            return self._reckoned(line, kept)
        entries = (*kept.entries, _entry(line, isinstance(kept.entries[0], HourStart)))
        return self._reckoned(line, replace(kept, entries=entries))

    def _opened(self, line: Line, basis: Basis) -> Difference | Gap | None:
        data, kind = line.data, line.data["clock"].rsplit(":", 2)[1]
        wrong = wrong_quota(kind, data["quota"], data["unit"], basis)
        if wrong is not None:
            return wrong
        rule = pause_rule(kind, basis.policies)
        if data["unit"] != "wh":
            start = Start(date.fromisoformat(data["on"]), data["quota"], data["unit"])
            return self._reckoned(line, _Kept(rule, (), (start,), ""))
        hours = product(basis.figures_at(OPENS), basis.figures_at(CLOSES))
        offices = tuple(_office(opens, closes) for opens, closes in hours if opens < closes)
        return self._reckoned(line, _Kept(rule, offices, (HourStart(line.at, data["quota"]),), ""))

    def _reckoned(self, line: Line, kept: _Kept) -> Difference | Gap | None:
        """Keep a clock with the date that its line says, when one of the calendars of the moment gives just that."""
        told, due, version = line.data["due"], "", 0
        for version in self._versions(line):
            calendar = self._then.calendar(version)
            if calendar is None:
                return Gap(f"所依的工作日历第 {version} 版没有保存")
            for one in _by_office(kept):
                try:
                    due = _due(one, calendar)
                except LawError as error:
                    return Difference(CALENDAR, f"不能计算（{error.sentence}）", told or "停表中")
                if due == told:
                    self._kept[line.data["clock"]] = replace(one, due=due)
                    return None
        return _other(due, told, f"按工作日历第 {version} 版计算的到期日")

    def _versions(self, line: Line) -> Sequence[int]:
        # Lines of older houses do not say by which version they were reckoned: it was that of the moment.
        name = "version" if line.type == RECOMPUTED else "calendar"
        return [line.data[name]] if name in line.data else self._then.versions_at(line.at)


def _by_office(kept: _Kept) -> Sequence[_Kept]:
    """Return the clock by each of the business hours that may have held when it began; one of days as it is."""
    start, *rest = kept.entries
    if not isinstance(start, HourStart):
        return (kept,)
    return [replace(kept, offices=(one,), entries=(replace(start, office=one), *rest)) for one in kept.offices]


def _due(kept: _Kept, calendar: Calendar) -> str:
    if isinstance(kept.entries[0], HourStart):
        at = due_moment(cast("Sequence[HourEntry]", kept.entries), calendar)
        return "" if at is None else f"{at.astimezone(CITY):%Y-%m-%d %H:%M}"
    entries = cast("Sequence[Entry]", kept.entries)
    # Where a clock ends is a matter of the whole fold: it may end while it is paused.
    over = any(isinstance(one, Stop) for one in entries)
    on = reckon(entries, calendar, kept.rule).due if over else due_of(entries, calendar, kept.rule).on
    return "" if on is None else on.isoformat()


def _entry(line: Line, in_hours: bool) -> AnyEntry:
    data: dict[str, Any] = line.data
    if line.type == STOPPED:
        return HourStop(line.at) if in_hours else Stop(date.fromisoformat(data["on"]))
    if line.type == EXTENDED:
        return HourExtend(line.at, data["days"]) if in_hours else Extend(date.fromisoformat(data["on"]), data["days"])
    key = data["document"]
    if line.type == PAUSED:
        return HourPause(line.at, key=key) if in_hours else Pause(date.fromisoformat(data["on"]), key=key)
    return HourResume(line.at, key) if in_hours else Resume(date.fromisoformat(data["on"]), key)


def _office(opens: int, closes: int) -> OfficeHours:
    return OfficeHours(time(*divmod(opens, 60)), time(*divmod(closes, 60)))


def _other(wanted: str, told: str, what: str) -> Difference:
    return Difference(CALENDAR, f"{what} {wanted or '未定（停表中）'}", told or "未定（停表中）")
