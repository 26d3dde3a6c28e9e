"""Clocks that lag behind the calendar are counted again: each in its own root's unit, with a line of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from deadlines.law.errors import LawError
from deadlines.law.rungs import Span
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.clocks.arming import Rearms, calendar_of, due_text, effects_of
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.ladder.ladders import Ladders, next_step
from engine.process.clocks.ladder.queries import Told, told_of
from engine.process.clocks.queries import LADDER, ClockRow, arm
from engine.process.clocks.reckoning import instants
from engine.process.clocks.yearly import queries
from engine.process.clocks.yearly.commands import RecomputeClocks
from engine.process.clocks.yearly.reckoning import Again, effect_of, reckon_again

RECOMPUTED = tag("clock.recomputed", "{title}：工作日历第{version}版，{effect}")
UNRECKONED = tag("clock.unreckoned", "{title}：不能按工作日历第{version}版重新计算，{sentence}")


def recompute(command: RecomputeClocks, unit: Unit) -> Mapping[str, Any]:
    """Count the clocks of the command's roots again that lag behind; say how many there were."""
    version = calendar_of(unit).version
    behind = queries.stale_of(unit.connection, command.root_ids, version)
    catch_up(unit, behind)
    return {"clocks": len(behind), "version": version}


def up_to_date(unit: Unit, root_id: str) -> None:
    """Bring the clocks of a root that the unit holds up to the calendar in force, before anything else is done to them.

    Asked once in a unit: nothing in it can make them older.
    """
    asked = ("clocks up to date", root_id)
    if asked not in unit.known:
        unit.known[asked] = True
        catch_up(unit, queries.stale_of(unit.connection, [root_id], calendar_of(unit).version))


def catch_up(unit: Unit, behind: Sequence[ClockRow]) -> None:
    """Count live clocks again by the calendar in force: date, deadlines, a ledger entry, and a line in the journal.

    A clock whose date and certainty stay gets no line, only the version.  One whose ledger cannot be reckoned keeps
    its date, and the administrator is told.
    """
    if not behind:
        return
    ids = [row.id for row in behind]
    ledgers = queries.ledgers_of(unit.connection, ids)
    armed = queries.armed_of(unit.connection, ids)
    told = told_of(unit.connection, ids)
    calendars, new = unit.part(Calendars), calendar_of(unit)
    found: list[tuple[ClockRow, Again]] = []
    for row in behind:
        since = calendars.since(unit.connection, row.calendar_version)
        try:
            again = reckon_again(row, ledgers[row.id], since.old, new, since.change, unit.now)
        except LawError as error:
            again = Again(_at(row, new.version), None, None)
            unit.record(UNRECKONED, row.root_id, clock=row.id, title=row.title, version=new.version,
                        sentence=error.sentence)  # fmt: skip
        found.append((row, again))
    entries = [(one.row, len(ledgers[one.row.id]) + 1, one.entry) for _, one in found if one.entry is not None]
    queries.add_entries(unit, entries)
    queries.put_reckoned(unit, [one.row for _, one in found])
    _arm(unit, found, armed, told)
    for before, one in found:
        if one.entry is not None:
            _tell(unit, before, one.row)
        if one.moved(before):
            unit.part(Rearms).tell(unit, one.row)


def _at(row: ClockRow, version: int) -> ClockRow:
    return ClockRow(**{**vars(row), "calendar_version": version})


def _arm(
    unit: Unit, found: Sequence[tuple[ClockRow, Again]], armed: Mapping[str, Mapping[str, Any]],
    told: Mapping[str, Sequence[Told]],
) -> None:  # fmt: skip
    """Move the deadlines to their new instants; what was delivered for a date that stands is not delivered again.

    A ladder keeps account of that itself, rung by rung: its one deadline is only the next look.
    """
    moves, shifts = [], []
    for before, one in found:
        row = one.row
        if row.state != "running" or one.span is None:
            continue
        for effect, at in _wanted(unit, row, one.span, told.get(row.id, ())).items():
            id = f"{row.id}:{effect}"
            state, when = armed[row.id].get(effect, ("", None))
            if not state:
                arm(unit, row, effect, at)
            elif when == at and state in (("open",) if effect == LADDER else ("open", "fired")):
                continue
            elif state == "fired" and effect != LADDER and not one.moved(before):
                shifts.append((id, at))
            else:
                moves.append((id, at))
    queries.move_deadlines(unit, moves)
    queries.shift_delivered(unit, shifts)


def _wanted(unit: Unit, row: ClockRow, span: Span, told: Sequence[Told]) -> dict[str, datetime]:
    """Return the instant of every deadline of a running clock by its new date, that of its next rung among them."""
    found = instants(effects_of(row), row.due_on, row.due_at)
    rules = unit.part(Ladders).of(unit.connection, row.root_id, row.kind)
    step = next_step(rules, told, span, calendar_of(unit)) if rules else None
    return found if step is None else {**found, LADDER: step.at}


def _tell(unit: Unit, before: ClockRow, after: ClockRow) -> None:
    effect = effect_of(before, after, due_text(after), due_text(before))
    unit.record(RECOMPUTED, after.root_id, clock=after.id, title=after.title, version=after.calendar_version,
                effect=effect, old=due_text(before), due=due_text(after), provisional=after.provisional)  # fmt: skip
