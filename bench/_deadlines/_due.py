"""Houses full of cases whose clock has run out: each waits at a task, and the boundary of its clock is due."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from bench._engine import drawings
from bench._engine.houses import unit_of
from engine.door import Door
from engine.foundation.store.database import Database
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.clocks.ledgers import open_clock
from engine.process.clocks.rules import Terms
from engine.process.clocks.tables import deadline
from engine.process.tasks import progress

OPENED = date(2026, 2, 24)
"""A Tuesday: a clock of one working day has run out before the Monday on which the houses stand."""
TERMS = Terms("correction_notice", OPENED, 1, "wd", boundary="clock_t1")
TOGETHER = 100
"""So many cases are begun in one transaction."""


def cases_due(count: int) -> Callable[[Door, Mapping[str, str]], None]:
    """Return what fills a house with ``count`` cases, each with one clock boundary that is due."""

    def fill(door: Door, releases: Mapping[str, str]) -> None:
        for first in range(0, count, TOGETHER):
            with unit_of(door, door.database) as unit:
                release = unit.part(Bundles).release(unit.connection, releases["late"])
                for number in range(first, min(first + TOGETHER, count)):
                    root = f"case:D{number:08d}"
                    unit.create_root(root, "case")
                    progress.start(unit, root, release, "market", drawings.FACTS)
                    open_clock(unit, root, TERMS)
                # A deadline falls due long after the last act: nothing of the case is in memory any more.
                unit.after_commit.clear()

    return fill


def fired(database: Database) -> int:
    """Return how many of the deadlines have been delivered."""
    query: Any = sa.select(sa.func.count()).where(deadline.c.state == "fired")
    with database.reading() as connection:
        return int(connection.execute(query).scalar_one())
