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
from engine.process.clocks.arming import calendar_of
from engine.process.clocks.ledgers import open_clock, open_hour_clock, stop_row
from engine.process.clocks.queries import ClockRow
from engine.process.clocks.reckoning import reckon
from engine.process.clocks.rules import STAGE, HourTerms, Terms
from engine.process.clocks.yearly.recomputing import up_to_date
from engine.process.tasks.rules import InstanceRow
from engine.registry.items.queries import item_at

HALF_A_DAY = 4
"""Working hours."""


def follow(unit: Unit, row: InstanceRow, bundle: Bundle, item: str, advance: Advance) -> None:
    """Open the clock of each stage that a run has entered, stop that of each it has left.

    ``item`` is the digest of the item's version.  A run that neither enters nor leaves a stage costs nothing.
    """
    touched = _stages(bundle, (*advance.passed, *advance.opened))
    if not touched:
        return
    still = _stages(bundle, advance.open_tasks)
    up_to_date(unit, row.root_id)
    known = [one for one in queries.clocks_of(unit.connection, row.root_id) if one.kind == STAGE]
    for process, stage in sorted(touched, key=lambda one: (one[0], one[1].key)):
        name = f"{row.run}:{process}:{stage.key}"
        mine = [one for one in known if one.stage == name]
        live = [one for one in mine if one.state in ("running", "paused")]
        if (process, stage) not in still:
            for one in live:
                stop_row(unit, one, city_date(unit.now))
        elif not live:
            _open(unit, row.root_id, name, stage, item, mine)


def _stages(bundle: Bundle, tasks: Iterable[OpenTask | Passed]) -> set[tuple[str, DrawnStage]]:
    """Return the stages that ``tasks`` belong to, each with its process."""
    found = ((one.process_id, bundle.stages.get((one.process_id, one.element_id))) for one in tasks)
    return {(process, stage) for process, stage in found if stage is not None}


def _open(unit: Unit, root_id: str, name: str, stage: DrawnStage, item: str, earlier: Iterable[ClockRow]) -> None:
    days = stage.days if stage.days is not None else _published(unit, item, stage.key)
    if days is None:
        return
    named, on = f"{stage.title}环节时限", city_date(unit.now)
    used = [] if stage.restart else [_used(unit, one) for one in earlier]
    if days < 1:
        hours = max(HALF_A_DAY - sum(used), 1)
        open_hour_clock(unit, root_id, HourTerms(STAGE, unit.now, hours, stage=name, named=named))
    else:
        # A half beyond whole days is given in full: the next day belongs to the stage.
        quota = max(math.ceil(days) - sum(used), 0)
        open_clock(unit, root_id, Terms(STAGE, on, quota, "wd", stage=name, named=named))


def _published(unit: Unit, item: str, key: str) -> Decimal | None:
    """Return the days that the item's list of stages gives the stage ``key``, or None."""
    return next((one.days for one in item_at(unit.connection, item).stages if one.key == key), None)


def _used(unit: Unit, row: ClockRow) -> int:
    """Return the days or hours of an earlier pass through the stage."""
    entries = queries.entries_of(unit.connection, row.id)
    return reckon(entries, calendar_of(unit), PauseRule(row.rule), today=city_date(unit.now)).used
