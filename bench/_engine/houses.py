"""A house with the measured processes, its bare twins, and cases that stand at their first task."""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench._engine import drawings
from engine.casework.cases.registering import RECEIVED
from engine.door import Door
from engine.foundation.clock import CITY, FixedClock
from engine.foundation.journal.writing import write_journal
from engine.foundation.store.database import Database
from engine.foundation.store.unit import Actor, Unit
from engine.foundation.vault import Vault
from engine.process.bpmn import Runtime
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import put_artifact, put_release
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.ladder.ladders import Ladders
from engine.process.tasks import progress
from engine.process.tasks.commands import CompleteTask
from engine.process.tasks.registry import Bindings
from engine.process.tasks.tables import task
from engine.registry.identity.queries import actor_of
from engine.registry.identity.rules import SYSTEM
from engine.registry.items.queries import current_item
from tests.support.postgres import PostgresServer, new_home, take_down
from yichuang.house import open_house
from yichuang.settings import read_settings

REVIEWER = "D11"
MORNING = datetime(2026, 3, 2, 9, 5, tzinfo=CITY)


@dataclass
class Place:
    """A house whose steps are measured, with copies of its database for the bare statements."""

    dialect: str
    door: Door
    bare: Database
    releases: Mapping[str, str]
    actor: Actor
    settings: Any
    begun: int = 0
    opened: list[Database] = field(default_factory=list)

    def begin(self, process: str, facts: Mapping[str, Any], count: int = 1) -> list[str]:
        """Begin ``count`` cases of ``process`` here and, with the same rows, in the bare copy; return their roots."""
        roots = [f"case:B{number:08d}" for number in range(self.begun, self.begun + count)]
        self.begun += count
        for database in (self.door.database, self.bare):
            for root in roots:
                with unit_of(self.door, database) as unit:
                    unit.create_root(root, "case")
                    release = unit.part(Bundles).release(unit.connection, self.releases[process])
                    case_no = root.removeprefix("case:")
                    unit.record(
                        RECEIVED, root, release=release.id, window="综合窗口", item_name=process, case_no=case_no
                    )
                    progress.start(unit, root, release, "market", facts)
                    if database is not self.door.database:
                        unit.after_commit.clear()
        return roots

    def first_open(self, root: str, *, bare: bool = False) -> str:
        """Return the id of the first open task of a case, in the house or in its bare copy."""
        wanted = sa.select(task.c.id).where(task.c.root_id == root, task.c.state == "open").order_by(task.c.task_no)
        with (self.bare if bare else self.door.database).reading() as connection:
            return str(connection.execute(wanted.limit(1)).scalar_one())

    def step(self, id: str) -> None:
        """Complete one task, whole: permission, form, process, journal, work items, deadlines."""
        self.door.execute(CompleteTask(task_id=id, answer=drawings.ANSWER), self.actor, key=uuid.uuid4().hex)


@contextmanager
def unit_of(door: Door, database: Database) -> Iterator[Unit]:
    """Give a unit of the house over ``database``: its own, or its bare copy."""
    kinds = (Vault, Bundles, Runtime, Bindings, Calendars, Ladders)
    parts: dict[type, object] = {kind: door.part(kind) for kind in kinds}
    with database.writing() as connection:
        unit = Unit(connection, now=door.now(), actor=SYSTEM, parts=parts)
        yield unit
        write_journal(unit, command="Bench", key="")
    for afterwards in unit.after_commit:
        afterwards()


@contextmanager
def place(
    dialect: str,
    folder: Path,
    postgres: PostgresServer | None,
    fill: Callable[[Door, Mapping[str, str]], None] = lambda _door, _releases: None,
) -> Iterator[Place]:
    """Give a house on ``dialect`` with the measured processes deployed, and a bare copy of its database.

    ``fill`` puts something into the house before it is copied; it is given the releases of the processes, by name.
    """
    name = f"bench_{uuid.uuid4().hex[:8]}"
    url = postgres.create(name) if postgres is not None and dialect == "postgresql" else None
    settings = read_settings(folder / name, url)
    door = open_house(settings, clock=FixedClock(MORNING))
    door.part(Runtime)._hot._size = 100_000
    releases = _deploy(door)
    fill(door, releases)
    if postgres is not None and url is not None:
        door.database.close()
        bare = Database(postgres.create(f"{name}_bare", name))
    else:
        bare = Database(f"sqlite:///{_copied(Path(str(door.database.url.database)))}")
    with door.read(SYSTEM) as view:
        actor = actor_of(view.connection, REVIEWER, view.now, channel="api")
    made = Place(dialect, door, bare, releases, actor, settings)
    try:
        yield made
    finally:
        for database in (door.database, bare, *made.opened):
            database.close()


def _copied(path: Path) -> Path:
    target = path.with_name("bare.db")
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    shutil.copymode(path, target)
    return target


def _deploy(door: Door) -> dict[str, str]:
    made = {}
    texts = {
        "fifteen": drawings.fifteen(), "called": drawings.called(), "rework": drawings.rework(),
        "several": drawings.several(), "late": drawings.late(),
    }  # fmt: skip
    with unit_of(door, door.database) as unit:
        digests = {name: put_artifact(unit, "process", name, xml) for name, xml in texts.items()}
        forms = {"opinion": put_artifact(unit, "form", "opinion", drawings.form())}
        # An item that is kept: whoever executes a case again looks at everything that its release pins.
        item, _ = current_item(unit.connection, "I02")
        for main in ("fifteen", "rework", "several", "late"):
            manifest = {"item": item, "main": main, "processes": digests, "forms": forms, "policies": {}}
            made[main] = str(put_release(unit, f"bench-{main}", manifest, unit.now))
    return made


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Give a PostgreSQL server of the bench's own, fsync and all; it is taken down in the end."""
    home = new_home()
    server = PostgresServer(home)
    server.ensure_started()
    try:
        yield server
    finally:
        take_down(home)
