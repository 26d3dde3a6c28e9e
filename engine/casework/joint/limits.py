"""How many working days the promise of a joint case and its branches still have: what lies ahead must fit (6.2.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from deadlines.law.calendar import Calendar
from deadlines.law.ledger import PauseRule
from deadlines.law.reckoning import Reckoning
from engine.casework.joint.queries import BranchRow
from engine.casework.joint.rules import Part, path_ahead, refuse_too_long
from engine.foundation.clock import city_date
from engine.foundation.store.unit import Unit
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.queries import ClockRow, clocks_of_many, entries_of_many
from engine.process.clocks.reckoning import reckon
from engine.process.clocks.rules import BRANCH, LIVE, AnyEntry
from engine.process.tasks.registry import View

HOURS_A_DAY = 8
"""Working hours of a working day (domain 4.4)."""


@dataclass(frozen=True)
class Ledgers:
    """The clocks of some cases with their ledgers, read at once, and how they are counted today."""

    clocks: Mapping[str, ClockRow]
    entries: Mapping[str, Sequence[AnyEntry]]
    calendar: Calendar
    today: date

    def reckoned(self, row: ClockRow) -> Reckoning:
        """Return how a clock stands by its ledger."""
        return reckon(self.entries.get(row.id, ()), self.calendar, PauseRule(row.rule), today=self.today)

    def promise(self, root_id: str) -> ClockRow | None:
        """Return the committed limit of a case that runs or is paused, or None."""
        live = [one for one in self.clocks.values() if one.root_id == root_id and one.kind == "commitment"]
        return next((one for one in reversed(live) if one.state in LIVE), None)

    def promise_left(self, root_id: str) -> int | None:
        """Return the working days left of it, 0 when it has passed; None while none runs in such days."""
        row = self.promise(root_id)
        return None if row is None or row.unit != "wd" else max(self.reckoned(row).left, 0)

    def part(self, row: BranchRow) -> Part:
        """Return a branch as the rules see it, with what is left of its limit (working days, at least 0)."""
        clock = self.clocks.get(row.clock_id or "")
        if row.state != "open" or clock is None:
            return row.part
        left = Decimal(max(self.reckoned(clock).left, 0))
        return replace(row.part, left=left / HOURS_A_DAY if clock.in_hours else min(left, row.days))


def ledgers_of(view: View, root_ids: Iterable[str]) -> Ledgers:
    """Return the ledgers of what counts in joint reviews, by two statements however many cases there are."""
    found = {one.id: one for one in clocks_of_many(view.connection, root_ids) if one.kind in ("commitment", BRANCH)}
    calendar = view.part(Calendars).current(view.connection)
    return Ledgers(found, entries_of_many(view.connection, found), calendar, city_date(view.now))


def promise_left(unit: Unit, root_id: str) -> int | None:
    """Return the working days left of the committed limit, 0 when it has passed; None while none runs in such days."""
    return ledgers_of(unit, [root_id]).promise_left(root_id)


def parts_left(unit: Unit, root_id: str, rows: Sequence[BranchRow]) -> list[Part]:
    """Return the branches as the rules see them, with what is left of each limit (working days, at least 0)."""
    ledgers = ledgers_of(unit, [root_id])
    return [ledgers.part(row) for row in rows]


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
