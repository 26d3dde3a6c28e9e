"""Open cases counted again after a change of the calendar, against the same statements bare on a twin.

A year is published by the commands people use; then every batch of the worker is timed, and what it sends to the
database is carried out once more, with ready values, on a copy that stands where the house stood.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
import uuid
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench._engine.bare import Recorder, replay
from bench._engine.houses import postgres_server
from engine.casework.cases.listing.tables import case_listing
from engine.door import Door
from engine.foundation.clock import CITY, FixedClock, start_of_city_day
from engine.foundation.store.database import Database
from engine.foundation.store.tables import root
from engine.foundation.store.unit import GENESIS
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.tables import clock, clock_entry, deadline
from engine.process.clocks.yearly import queries
from engine.process.clocks.yearly.commands import ConfirmCalendar, DraftCalendar, RecomputeClocks
from engine.registry.identity.queries import actor_of
from engine.registry.identity.rules import SYSTEM
from tests.deadlines.law.notices import NEXT
from tests.support.postgres import PostgresServer
from yichuang.calendaring import TOGETHER, look_ahead
from yichuang.house import open_house
from yichuang.settings import read_settings

NOW = datetime(2027, 1, 20, 9, tzinfo=CITY)
BATCH = 1_000


def measure(*, quick: bool) -> dict[str, Any]:
    """Return the ratio on both databases, and the larger of them."""
    cases = 1_000 if quick else 100_000
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, postgres_server() as postgres:
        for dialect in ("sqlite", "postgresql"):
            found[dialect] = _measured(_Three(dialect, Path(folder) / dialect, postgres, cases), cases)
    return {"cases": cases, **found, "ratio": max(one["ratio"] for one in (found["sqlite"], found["postgresql"]))}


class _Three:
    """Three copies of a house in which a year was published: one is written down, one is timed, one is bare.

    Whoever writes statements down holds them up; so that is done where nothing is timed.
    """

    def __init__(self, dialect: str, folder: Path, postgres: PostgresServer, cases: int) -> None:
        name = f"recompute_{uuid.uuid4().hex[:8]}"
        url = postgres.create(name) if dialect == "postgresql" else None
        self.written = open_house(read_settings(folder, url), clock=FixedClock(NOW))
        _fill(self.written, cases)
        _publish(self.written)
        self.written.database.close()
        urls = [self._copy(postgres, name if url else "", copy) for copy in ("timed", "bare")]
        self.timed = open_house(read_settings(folder, urls[0]), clock=FixedClock(NOW))
        self.bare = Database(urls[1])

    def _copy(self, postgres: PostgresServer, name: str, copy: str) -> str:
        if name:
            return postgres.create(f"{name}_{copy}", name)
        path = Path(str(self.written.database.url.database))
        target = path.with_name(f"{copy}.db")
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as made:
            source.backup(made)
        shutil.copymode(path, target)
        return f"sqlite:///{target}"

    def close(self) -> None:
        """Close all three."""
        for one in (self.written.database, self.timed.database, self.bare):
            one.close()


def _measured(three: _Three, cases: int) -> dict[str, Any]:
    recorder = Recorder(three.written.database)
    whole = bare = 0.0
    done = 0
    while True:
        with three.written.read(SYSTEM) as view:
            roots = queries.stale_roots(view.connection, queries.current_version(view.connection), TOGETHER)
        if not roots:
            break
        command = RecomputeClocks(root_ids=tuple(roots))
        recorder.on = True
        three.written.execute(command, SYSTEM, key=uuid.uuid4().hex)
        recorder.on = False
        statements, _, _ = recorder.take()
        whole += _seconds(lambda: three.timed.execute(command, SYSTEM, key=uuid.uuid4().hex))  # noqa: B023 - at once
        bare += _seconds(lambda: replay(three.bare, statements))  # noqa: B023 - at once
        done += len(roots)
    assert done == cases, "every case must have been counted again"
    stand = [_dates(one) for one in (three.written.database, three.timed.database, three.bare)]
    assert stand[0] == stand[1] == stand[2], "all three must stand where the house stands"
    three.close()
    return {
        "ratio": round(whole / bare, 2),
        "case_ms": round(1000 * whole / cases, 3),
        "bare_ms": round(1000 * bare / cases, 3),
    }


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _dates(database: Database) -> tuple[int, int]:
    """Return how many dates were moved, and how many clocks lag behind."""
    moved = sa.select(sa.func.count()).where(clock_entry.c.kind == "calendar")
    behind = sa.select(sa.func.count()).where(clock.c.calendar_version < 2)
    with database.reading() as connection:
        return connection.execute(moved).scalar_one(), connection.execute(behind).scalar_one()


def _publish(door: Door) -> None:
    with door.read(SYSTEM) as view:
        drafter, head = (actor_of(view.connection, account, view.now, channel="api") for account in ("A01", "C01"))
    command = DraftCalendar(year=2027, text=NEXT, source="国办发明电〔2026〕5号")
    draft = int(door.execute(command, drafter, key="draft")["draft"])
    look_ahead(door)
    door.execute(ConfirmCalendar(draft_id=draft, base_version=1), head, key="confirm")


def _fill(door: Door, cases: int) -> None:
    """Insert running commitment clocks of open cases; about half of them end behind days that the notice changes."""
    with door.read(SYSTEM) as view:
        calendar = door.part(Calendars).current(view.connection)
    for first in range(0, cases, BATCH):
        rows: dict[sa.Table, list[dict[str, Any]]] = {
            one: [] for one in (root, case_listing, clock, clock_entry, deadline)
        }
        for number in range(first, min(first + BATCH, cases)):
            _case(rows, number, calendar)
        with door.database.writing() as connection:
            for table, values in rows.items():
                connection.execute(table.insert(), values)


def _case(rows: dict[sa.Table, list[dict[str, Any]]], number: int, calendar: Any) -> None:
    id, began, quota = f"case:R{number:08d}", date(2027, 1, 4) + timedelta(days=number % 12), 5 + number % 30
    due, kept = calendar.add(began, quota).date, f"case:R{number:08d}:commitment:1"
    rows[root].append({"id": id, "kind": "case", "parent": None, "version": 0, "seq": 0, "head": GENESIS})
    rows[case_listing].append({
        "root_id": id, "department": "market", "status": "reviewing", "item_code": "I02", "case_type": "commitment",
        "channel": "1", "first_responder": "W01", "received_at": NOW, "due_on": due,
    })  # fmt: skip
    rows[clock].append({
        "id": kept, "root_id": id, "kind": "commitment", "number": 1, "state": "running", "due_on": due,
        "provisional": True, "rule": "(P,R]", "overdue": [],
        "calendar_version": 1,
    })  # fmt: skip
    rows[clock_entry].append({
        "root_id": id, "clock_id": kept, "number": 1, "kind": "start", "on": began,
        "body": {"quota": quota, "unit": "wd"}, "at": NOW, "account": "W01",
    })  # fmt: skip
    at = start_of_city_day(calendar.back(due, 1))
    rows[deadline].append({
        "id": f"{kept}:ladder", "root_id": id, "clock_id": kept, "effect": "ladder",
        "due_at": at, "wake_at": at, "state": "open", "attempts": 0,
    })  # fmt: skip
