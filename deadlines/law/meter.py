"""The meter: a due date is a fold over the ledger of its clock, and the fold explains every step it takes.

Rules: the first day is not counted (民法典 201), days are working days unless the clock says calendar days
(行政许可法 82), a last day off moves to the next working day (民法典 203), paused days are left out
(行政许可法 45) and an extension adds to the quota (行政许可法 42).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from deadlines.law import sentences
from deadlines.law.calendar import Calendar
from deadlines.law.explain import day_of, line, roll_lines
from deadlines.law.landing import Hole, Landing, counted, hole
from deadlines.law.ledger import CalendarChange, Entry, PauseRule, Stop, arrange, the_start
from deadlines.law.reckoning import Excluded, Line, Reckoning, State
from deadlines.law.tally import Tally


def fold(
    entries: Iterable[Entry],
    calendar: Calendar,
    rule: PauseRule = PauseRule.AFTER_P_THROUGH_R,
    today: date | None = None,
) -> Reckoning:
    """Return the due date, the balance on ``today`` and the explanation of the clock with these ``entries``.

    ``entries`` may come in any order; ``calendar`` is the calendar in force; ``rule`` is the pinned counting
    policy; days are legal days (Asia/Shanghai).  Raises what :func:`arrange` raises and ``CalendarNotCovered``.
    """
    ordered = arrange(entries)
    calendar.ordinal(the_start(ordered).on)
    tally, lines = _walk(ordered, calendar, rule)
    landing = tally.landing()
    lines += roll_lines(tally, landing)
    stop = ordered[-1] if isinstance(ordered[-1], Stop) else None
    used, left = _balance(tally, landing, _as_of(today, stop))
    due = day_of(landing.due)
    if stop:
        at_stop = _balance(tally, landing, stop.on)[1]
        lines.append(Line(stop.on, sentences.stop_line(stop, at_stop, tally.unit, due), 0, due, "stop"))
    return Reckoning(
        due=due,
        provisional=calendar.is_provisional(tally.start.on, due or _last_known(tally)),
        used=used,
        left=left,
        state=_state(tally, stop, today),
        ledger=tuple(lines),
        start=tally.start,
        extended=tally.extended,
        days=tally.days,
        excluded=_excluded(tally, due),
        stopped_on=stop.on if stop else None,
        calendar_version=calendar.version,
    )


def difference(old: Calendar, new: Calendar, on: date, reason: str = "") -> CalendarChange:
    """Return the ledger entry of a change from calendar ``old`` to ``new``, made on ``on``.

    Only days that both cover can have changed; a year that only ``new`` covers counts as newly published if it is.
    """
    first, last = max(old.first, new.first), min(old.last, new.last)
    before = {day for day in old.workdays if first <= day <= last}
    after = {day for day in new.workdays if first <= day <= last}
    return CalendarChange(
        on=on,
        version=new.version,
        reason=reason,
        closed=tuple(date.fromordinal(day) for day in sorted(before - after)),
        opened=tuple(date.fromordinal(day) for day in sorted(after - before)),
        confirmed=tuple(sorted(new.confirmed - old.confirmed)),
    )


def _walk(ordered: tuple[Entry, ...], calendar: Calendar, rule: PauseRule) -> tuple[Tally, list[Line]]:
    in_force = _calendars(ordered, calendar)
    tally = Tally(the_start(ordered), in_force[0], rule)
    lines: list[Line] = []
    for entry, then in zip(ordered, in_force, strict=True):
        if not isinstance(entry, Stop):
            tally = tally.after(entry, then)
            lines.append(line(entry, tally, lines))
    return tally, lines


def _calendars(ordered: tuple[Entry, ...], calendar: Calendar) -> list[Calendar]:
    """Return the calendar in force after each entry, by undoing the changes from the last to the first."""
    found: list[Calendar] = []
    then = calendar
    for entry in reversed(ordered):
        found.append(then)
        if isinstance(entry, CalendarChange):
            then = then.changed(entry.opened, entry.closed, then.confirmed - set(entry.confirmed))
    return found[::-1]


def _as_of(today: date | None, stop: Stop | None) -> date | None:
    if stop is None or (today is not None and today < stop.on):
        return today
    return stop.on


def _balance(tally: Tally, landing: Landing, on: date | None) -> tuple[int, int]:
    """Return the days used up to ``on`` and the days left then; ``on`` None asks about the end of the count."""
    if on is not None:
        day = max(tally.calendar.ordinal(on), tally.anchor)
    elif landing.due is not None:
        day = landing.due
    else:
        return tally.days - landing.left, landing.left
    holes = tally.holes()
    used = counted(tally.anchor, day, holes, tally.unit, tally.calendar)
    if landing.due is None:
        return used, tally.days - used
    low, high = min(day, landing.due), max(day, landing.due)
    distance = counted(low, high, holes, tally.unit, tally.calendar)
    return used, distance if day <= landing.due else -distance


def _state(tally: Tally, stop: Stop | None, today: date | None) -> State:
    if stop is not None and (today is None or today >= stop.on):
        return "stopped"
    if today is None:
        return "paused" if tally.open else "running"
    paused = any(pause.on <= today for pause in tally.open)
    return "paused" if paused or any(pause.on <= today < end for pause, end in tally.ended) else "running"


def _excluded(tally: Tally, due: date | None) -> tuple[Excluded, ...]:
    """Return the merged pauses that left something out before the due date."""
    found: list[Excluded] = []
    for gap in tally.holes():
        low, high = max(gap[0], tally.anchor), gap[1]
        if (due is not None and low >= due.toordinal()) or (high is not None and high <= low):
            continue
        days = 0 if high is None else tally.span(low, high)
        found.append(Excluded(date.fromordinal(low + 1), day_of(high), days, _reasons(tally, gap)))
    return tuple(found)


def _reasons(tally: Tally, gap: Hole) -> tuple[str, ...]:
    pauses = [*tally.ended, *((pause, None) for pause in tally.open)]
    found = {pause.reason for pause, end in pauses if pause.reason and _within(hole(pause.on, end, tally.rule), gap)}
    return tuple(sorted(found))


def _within(own: Hole, gap: Hole) -> bool:
    return own[0] >= gap[0] and (gap[1] is None or (own[1] is not None and own[1] <= gap[1]))


def _last_known(tally: Tally) -> date:
    """Return the last day the count reached before the pause that is still open."""
    return date.fromordinal(max(tally.anchor, *(low for low, _ in tally.holes())))
