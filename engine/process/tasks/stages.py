"""The limits of stages: they run while a task of the stage is open, whatever becomes of the limit of the whole case.

A drawing says which user tasks make up a stage (``yc:stage``); how long it may take says the drawing, or else the
item's published list of stages.  Half a day is four working hours (domain 4.4).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal

from deadlines.law.ledger import PauseRule
from engine.foundation.clock import city_date
from engine.foundation.store.unit import Unit
from engine.process.bpmn import Advance, Bundle, DrawnStage, OpenTask, Passed
from engine.process.clocks import queries
from engine.process.clocks.arming import calendar_of, open_pauses
from engine.process.clocks.ledgers import open_clock, open_hour_clock, pause_row, stop_row
from engine.process.clocks.queries import ClockRow
from engine.process.clocks.reckoning import reckon
from engine.process.clocks.rules import COUNTED, LIVE, STAGE, HourTerms, Terms
from engine.process.clocks.yearly.recomputing import up_to_date
from engine.process.tasks.rules import InstanceRow
from engine.registry.items.queries import item_at

HALF_A_DAY = 4
"""Working hours."""


def follow(unit: Unit, row: InstanceRow, bundle: Bundle, item: str, advance: Advance) -> None:
    """Open the clock of each stage that a run has entered, stop that of each it has left.

    ``item`` is the digest of the item's version.  A run that neither enters nor leaves a stage costs nothing.
    """
    if _stages(bundle, (*advance.passed, *advance.opened)):
        settle(unit, row, bundle, item, advance)


def settle(unit: Unit, row: InstanceRow, bundle: Bundle, item: str, advance: Advance) -> None:
    """Let exactly the stages of the open tasks have a running clock, whatever the run has had before.

    A run that goes on with another drawing may have left a stage without passing it: the drawing has it no more.
    """
    up_to_date(unit, row.root_id)
    clocks = queries.clocks_of(unit.connection, row.root_id)
    mine = [one for one in clocks if one.kind == STAGE and (one.stage or "").startswith(f"{row.run}:")]
    live = [one for one in mine if one.state in LIVE]
    now = {f"{row.run}:{process}:{stage.key}": stage for process, stage in _stages(bundle, advance.open_tasks)}
    for one in live:
        if one.stage not in now:
            stop_row(unit, one, city_date(unit.now))
    held = [one for one in clocks if one.kind in COUNTED and one.state == "paused"]
    for name in sorted(now.keys() - {one.stage for one in live}):
        opened = _open(unit, row.root_id, name, now[name], item, [one for one in mine if one.stage == name])
        if opened is not None:
            _hold(unit, opened, held)


def _stages(bundle: Bundle, tasks: Iterable[OpenTask | Passed]) -> set[tuple[str, DrawnStage]]:
    """Return the stages that ``tasks`` belong to, each with its process."""
    found = ((one.process_id, bundle.stages.get((one.process_id, one.element_id))) for one in tasks)
    return {(process, stage) for process, stage in found if stage is not None}


def _open(
    unit: Unit, root_id: str, name: str, stage: DrawnStage, item: str, earlier: Iterable[ClockRow]
) -> ClockRow | None:
    days = stage.days if stage.days is not None else _published(unit, item, stage.key)
    if days is None:
        return None
    named, on = f"{stage.title}环节时限", city_date(unit.now)
    used = sum(0 if stage.restart else _used(unit, one) for one in earlier)
    if days < 1:
        hours = max(HALF_A_DAY - used, 1)
        return open_hour_clock(unit, root_id, HourTerms(STAGE, unit.now, hours, stage=name, named=named))
    # A half beyond whole days is given in full: the next day belongs to the stage.
    quota = max(math.ceil(days) - used, 0)
    return open_clock(unit, root_id, Terms(STAGE, on, quota, "wd", stage=name, named=named))


def _hold(unit: Unit, row: ClockRow, held: Iterable[ClockRow]) -> None:
    """Let a stage that begins while the limits of its case stand still stand still with them, by the same documents."""
    entries = (entry for one in held for entry in open_pauses(queries.entries_of(unit.connection, one.id)))
    for pause in {entry.key: entry for entry in entries}.values():
        row = pause_row(unit, row, city_date(unit.now), pause.reason, pause.key, number=pause.document)


def _published(unit: Unit, item: str, key: str) -> Decimal | None:
    """Return the days that the item's list of stages gives the stage ``key``, or None."""
    return next((one.days for one in item_at(unit.connection, item).stages if one.key == key), None)


def _used(unit: Unit, row: ClockRow) -> int:
    """Return the days or hours of an earlier pass through the stage."""
    entries = queries.entries_of(unit.connection, row.id)
    return reckon(entries, calendar_of(unit), PauseRule(row.rule), today=city_date(unit.now)).used
