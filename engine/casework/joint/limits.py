"""How many working days the promise of a joint case and its branches still have: what lies ahead must fit (6.2.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from deadlines.law.ledger import PauseRule
from engine.casework.joint.queries import BranchRow
from engine.casework.joint.rules import Part, path_ahead, refuse_too_long
from engine.foundation.clock import city_date
from engine.foundation.store.unit import Unit
from engine.process.clocks.arming import calendar_of
from engine.process.clocks.ledgers import live_clock
from engine.process.clocks.queries import ClockRow, clocks_of, entries_of
from engine.process.clocks.reckoning import reckon

HOURS_A_DAY = 8
"""Working hours of a working day (domain 4.4)."""


def promise_left(unit: Unit, root_id: str) -> int | None:
    """Return the working days left of the committed limit, 0 when it has passed; None while none runs in such days."""
    row = live_clock(unit.connection, root_id, "commitment")
    return None if row is None or row.unit != "wd" else max(_left(unit, row), 0)


def parts_left(unit: Unit, root_id: str, rows: Sequence[BranchRow]) -> list[Part]:
    """Return the branches as the rules see them, with what is left of each limit (working days, at least 0)."""
    clocks = {one.id: one for one in clocks_of(unit.connection, root_id)}
    return [replace(row.part, left=_branch_left(unit, row, clocks)) for row in rows]


def refuse_worse(unit: Unit, root_id: str, before: Sequence[BranchRow], after: Sequence[BranchRow]) -> None:
    """Raise LimitTooLong when a change makes the way to the conclusion longer, and longer than the promise allows.

    A plan that is late already is not made later by leaving it as it is.
    """
    left = promise_left(unit, root_id)
    if left is None:
        return
    planned = parts_left(unit, root_id, after)
    if path_ahead(planned)[0] > path_ahead(parts_left(unit, root_id, before))[0]:
        refuse_too_long(planned, left, {row.key: row.name for row in after})


def _branch_left(unit: Unit, row: BranchRow, clocks: Mapping[str, ClockRow]) -> Decimal:
    clock = clocks.get(row.clock_id or "")
    if row.state != "open" or clock is None:
        return row.days
    left = Decimal(max(_left(unit, clock), 0))
    return left / HOURS_A_DAY if clock.in_hours else min(left, row.days)


def _left(unit: Unit, row: ClockRow) -> int:
    entries = entries_of(unit.connection, row.id)
    return reckon(entries, calendar_of(unit), PauseRule(row.rule), today=city_date(unit.now)).left
