"""A wish: one command that somebody gives at an instant, and the whole house as it stood just before.

Nobody prepares two hundred houses by hand: while an ordinary walk drives its cases, the recorder looks over the door's
shoulder, and for the first command of each kind that succeeds it keeps a copy of database and files.

A kind is a class; but a task is completed with its own act, and a deadline has its own effect or somebody who listens
to its clock, so each of these is a kind by itself: CompleteTask:cases.accept, FireDeadline:ladder.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine.door import Door
from engine.foundation.store.commands import Command
from engine.foundation.store.unit import Actor
from engine.process.clocks.queries import deadlines_of
from engine.process.tasks.alarms import Alarms
from engine.process.tasks.commands import CompleteTask, FireDeadline
from engine.process.tasks.queries import task_by_id
from tests.support.postgres import PostgresServer
from yichuang.settings import Settings


@dataclass(frozen=True)
class Wish:
    """A command with its giver, its key and its instant, and the settings of equal houses it waits in.

    In the first it is cut off, in the ``twin`` it goes through undisturbed, in the third it is ``clicked`` many times,
    in the fourth only ``strangers`` give it.
    """

    command: Command
    actor: Actor
    key: str
    now: datetime
    settings: Settings
    twin: Settings
    clicked: Settings
    strangers: Settings

    kind: str
    """What sort of command it is, see :func:`kind_of`."""


def kind_of(door: Door, command: Command) -> str:
    """Return the kind of a command: its class, with the act or the effect that it is about."""
    name = type(command).__name__
    if isinstance(command, CompleteTask):
        with door.database.reading() as connection:
            task = task_by_id(connection, command.task_id)
        return f"{name}:{task.act}" if task is not None and task.act else name
    if isinstance(command, FireDeadline):
        with door.database.reading() as connection:
            found = [one for one in deadlines_of(connection, command.root_id) if one.id == command.deadline_id]
        told = [one.clock_id.rsplit(":", 2)[1] if door.part(Alarms).of(one.clock_id) else one.effect for one in found]
        return f"{name}:{told[0]}" if told else name
    return name


class Recorder:
    """Keeps, under ``folder``, one house for each kind named in ``wanted``; on PostgreSQL also a database."""

    def __init__(self, folder: Path, wanted: frozenset[str], server: PostgresServer | None = None) -> None:
        self.wishes: dict[str, Wish] = {}
        self._folder = folder
        self._wanted = wanted
        self._server = server
        self._databases: list[str] = []

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Record what goes through any door of this process; the copies are gone at the end."""
        execute = Door.execute

        def recorded(door: Door, command: Command, actor: Actor, *, key: str) -> Mapping[str, Any]:
            return self._recorded(execute, door, command, actor, key)

        # mypy has two complaints: this is what looking over a shoulder means.
        Door.execute = recorded  # type: ignore[method-assign, assignment]
        try:
            yield
        finally:
            # As above: what was put over the method is taken off again.
            Door.execute = execute  # type: ignore[method-assign]

    def forget(self) -> None:
        """Remove the databases that were copied (files go with the test's folder)."""
        for name in self._databases:
            assert self._server is not None
            self._server.drop(name)

    def _recorded(
        self, execute: Callable[..., Mapping[str, Any]], door: Door, command: Command, actor: Actor, key: str
    ) -> Mapping[str, Any]:
        name = type(command).__name__
        if not any(one.partition(":")[0] == name for one in self._wanted - self.wishes.keys()):
            return execute(door, command, actor, key=key)
        kind = kind_of(door, command)
        if kind not in self._wanted or kind in self.wishes:
            return execute(door, command, actor, key=key)
        now = door.now()
        first, twin, clicked, strangers = (self._copied(door) for _ in range(4))
        wish = Wish(command, actor, key, now, first, twin, clicked, strangers, kind)
        answer = execute(door, command, actor, key=key)
        # A deadline that was settled meanwhile is no wish: nothing is written for it.
        if answer.get("fired", True):
            self.wishes[kind] = wish
        return answer

    def _copied(self, door: Door) -> Settings:
        """Return the settings of a copy of the door's house; nobody may be writing."""
        settings = door.part(Settings)
        data = self._folder / uuid.uuid4().hex
        data.mkdir(parents=True)
        shutil.copyfile(settings.keys, data / "keys.json")
        if settings.blobs.exists():
            shutil.copytree(settings.blobs, data / "files")
        url = sa.make_url(settings.database_url)
        if url.get_backend_name() == "sqlite":
            source = Path(str(url.database))
            for end in ("", "-wal"):
                if source.with_name(source.name + end).exists():
                    shutil.copyfile(source.with_name(source.name + end), data / f"yichuang.db{end}")
            return replace(settings, data=data, database_url=f"sqlite:///{data / 'yichuang.db'}")
        assert self._server is not None
        door.database.close()  # a template may have no connections; the door opens new ones
        self._databases.append(f"w_{data.name}")
        return replace(settings, data=data, database_url=self._server.create(self._databases[-1], str(url.database)))
