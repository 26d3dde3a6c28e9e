"""What a clock does and when: its effects, its deadlines armed by the calendar in force, and its date in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from deadlines.law.calendar import Calendar
from deadlines.law.hour_ledger import HourPause, HourResume
from deadlines.law.ledger import Pause, PauseRule, Resume
from deadlines.law.rungs import Step
from engine.foundation.clock import CITY
from engine.foundation.store.unit import Unit
from engine.process.clocks import queries
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.ladder.ladders import Ladders, next_step
from engine.process.clocks.ladder.queries import told_of
from engine.process.clocks.queries import LADDER, ClockRow
from engine.process.clocks.reckoning import Effects, instants, reckon, span_of
from engine.process.clocks.rules import LADDERED, AnyEntry

Rearm = Callable[[Unit, ClockRow], None]


class Rearms:
    """Rooms that arm deadlines of their own, by kind of clock: they are told when the date has moved."""

    def __init__(self, rooms: Mapping[str, Rearm]) -> None:
        self._rooms = dict(rooms)

    def tell(self, unit: Unit, row: ClockRow) -> None:
        """Let the room of the clock, if it has one, arm its deadlines anew."""
        if row.kind in self._rooms:
            self._rooms[row.kind](unit, row)


def due_text(row: ClockRow) -> str:
    """Return the due date, with the minute for a clock of working hours; empty while it is open."""
    if row.due_at is not None:
        return f"{row.due_at.astimezone(CITY):%Y-%m-%d %H:%M}"
    return "" if row.due_on is None else row.due_on.isoformat()


def effects_of(row: ClockRow) -> Effects:
    """Return what a clock does when it falls due."""
    # A clock of an older house may still say whom it told: its ladder says that now.
    return Effects(row.boundary is not None, row.acts, bool(row.overdue) and row.kind not in LADDERED)


def arm_all(unit: Unit, row: ClockRow, *, fresh: bool = False) -> None:
    """Arm whatever a running clock does, by its ledger and the calendar in force; a ``fresh`` one told nothing yet."""
    for effect, at in instants(effects_of(row), row.due_on, row.due_at).items():
        queries.arm(unit, row, effect, at)
    rules = unit.part(Ladders).of(unit.connection, row.root_id, row.kind)
    if rules:
        found = reckon(queries.entries_of(unit.connection, row.id), calendar_of(unit), PauseRule(row.rule))
        told = () if fresh else told_of(unit.connection, [row.id]).get(row.id, ())
        step = next_step(rules, told, span_of(found, row.due_at), calendar_of(unit))
        arm_ladder(unit, row, step)


def arm_ladder(unit: Unit, row: ClockRow, step: Step | None) -> None:
    """Let the sweeper look at the clock when its next rung is due, if it has one."""
    if step is not None:
        queries.arm(unit, row, LADDER, step.at, again=True)


def calendar_of(unit: Unit) -> Calendar:
    """Return the calendar in force, as this host has it."""
    return unit.part(Calendars).current(unit.connection)


def open_pauses(entries: Sequence[AnyEntry]) -> list[Pause | HourPause]:
    """Return the pauses that are not resumed, in the order they began; ``entries`` as they were entered."""
    found: dict[str, Pause | HourPause] = {}
    for entry in entries:
        if isinstance(entry, (Pause, HourPause)):
            found[entry.key] = entry
        elif isinstance(entry, (Resume, HourResume)):
            found.pop(entry.key, None)
    return list(found.values())


def open_keys(entries: Sequence[AnyEntry]) -> list[str]:
    """Return the keys of the pauses that are not resumed, in the order they began."""
    return [pause.key for pause in open_pauses(entries)]
