"""Open cases counted again after a change of the calendar, against the same statements bare on a twin.

A year is published by the commands people use; then every batch of the worker is timed, and what it sent to the
database is carried out once more, with ready values, on a copy that stands where the house stood.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
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
            with _house(dialect, Path(folder), postgres) as (door, name):
                found[dialect] = _measured(door, _publish_over(door, cases, name, postgres), cases)
    return {"cases": cases, **found, "ratio": max(one["ratio"] for one in (found["sqlite"], found["postgresql"]))}


def _measured(door: Door, twin: Database, cases: int) -> dict[str, Any]:
    recorder = Recorder(door.database)
    whole = bare = 0.0
    done = 0
    while True:
        with door.read(SYSTEM) as view:
            roots = queries.stale_roots(view.connection, queries.current_version(view.connection), TOGETHER)
        if not roots:
            break
        recorder.on, began = True, time.perf_counter()
        door.execute(RecomputeClocks(root_ids=tuple(roots)), SYSTEM, key=uuid.uuid4().hex)
        whole += time.perf_counter() - began
        recorder.on = False
        statements, _, _ = recorder.take()
        began = time.perf_counter()
        replay(twin, statements)
        bare += time.perf_counter() - began
        done += len(roots)
    assert done == cases, "every case must have been counted again"
    with door.database.reading() as house, twin.reading() as copy:
        assert _dates(house) == _dates(copy), "the twin must stand where the house stands"
    twin.close()
    return {
        "ratio": round(whole / bare, 2),
        "case_ms": round(1000 * whole / cases, 3),
        "bare_ms": round(1000 * bare / cases, 3),
    }


def _dates(connection: Any) -> tuple[int, int]:
    moved = sa.select(sa.func.count()).where(clock_entry.c.kind == "calendar")
    behind = sa.select(sa.func.count()).where(clock.c.calendar_version < 2)
    return connection.execute(moved).scalar_one(), connection.execute(behind).scalar_one()


@contextmanager
def _house(dialect: str, folder: Path, postgres: PostgresServer) -> Iterator[tuple[Door, str]]:
    name = f"recompute_{uuid.uuid4().hex[:8]}"
    url = postgres.create(name) if dialect == "postgresql" else None
    door = open_house(read_settings(folder / name, url), clock=FixedClock(NOW))
    try:
        yield door, name if url is not None else ""
    finally:
        door.database.close()


def _publish_over(door: Door, cases: int, name: str, postgres: PostgresServer) -> Database:
    """Fill the house, publish the year over it, and return a copy of its database as it is then."""
    _fill(door, cases)
    with door.read(SYSTEM) as view:
        drafter, head = (actor_of(view.connection, account, view.now, channel="api") for account in ("A01", "C01"))
    command = DraftCalendar(year=2027, text=NEXT, source="国办发明电〔2026〕5号")
    draft = int(door.execute(command, drafter, key="draft")["draft"])
    look_ahead(door)
    door.execute(ConfirmCalendar(draft_id=draft, base_version=1), head, key="confirm")
    door.database.close()
    if name:
        return Database(postgres.create(f"{name}_twin", name))
    path = Path(str(door.database.url.database))
    target = path.with_name("twin.db")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    shutil.copymode(path, target)
    return Database(f"sqlite:///{target}")


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
        "provisional": True, "rule": "(P,R]", "reminder_days": 1, "overdue": [["dept_head", "department"]],
        "calendar_version": 1,
    })  # fmt: skip
    rows[clock_entry].append({
        "root_id": id, "clock_id": kept, "number": 1, "kind": "start", "on": began,
        "body": {"quota": quota, "unit": "wd"}, "at": NOW, "account": "W01",
    })  # fmt: skip
    instants = (("reminder", start_of_city_day(calendar.back(due, 1))), ("overdue", start_of_city_day(due)))
    rows[deadline] += [
        {
            "id": f"{kept}:{effect}", "root_id": id, "clock_id": kept, "effect": effect,
            "due_at": at, "wake_at": at, "state": "open", "attempts": 0,
        }
        for effect, at in instants
    ]  # fmt: skip
