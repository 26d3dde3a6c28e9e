"""A door with toy commands on a bare store: what holds for it holds for every command of the house."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import sqlalchemy as sa

from engine.door import Door
from engine.foundation.clock import FixedClock
from engine.foundation.journal.queries import Line, lines_of
from engine.foundation.outbox.queries import put
from engine.foundation.outbox.tables import outbox
from engine.foundation.store.commands import Command
from engine.foundation.store.database import Database
from engine.foundation.store.tables import idempotency
from engine.foundation.store.unit import Actor, Unit
from engine.foundation.vault import Vault
from engine.registry.identity.rules import SYSTEM
from tests.engine.foundation.units import NOW, new_vault

CLERK = Actor(account="W01", person="person-W01", name="受理员一", grants=(("window_clerk", "center"),))
OTHER = Actor(account="W02", person="person-W02", name="受理员二", grants=(("window_clerk", "center"),))
NOBODY = Actor(account="N00", person="person-N00", name="无岗位")
ROOT = "case:1"


@dataclass(frozen=True, kw_only=True)
class Touch(Command):
    """Write a row and a journal line to the root, and then do what the test has put in."""

    action: ClassVar[str] = "task.work"
    text: str = "一"
    more: Mapping[str, Any] = field(default_factory=dict)

    def roots(self) -> tuple[str, ...]:
        """Lock the one root."""
        return (ROOT,)


@dataclass(frozen=True, kw_only=True)
class Press(Touch):
    """Another command of the same content."""


@dataclass(frozen=True, kw_only=True)
class Settle(Command):
    """A command that nobody but the system may give."""

    action: ClassVar[str] = "deadline.fire"


class Toys:
    """A door over a database, and what its one handler did."""

    def __init__(self, url: str, **options: Any) -> None:
        """Open ``url``; the root is made when it is not there yet."""
        self.clock = FixedClock(NOW)
        self.inside: Callable[[Unit], Mapping[str, Any] | None] = lambda unit: None
        self.runs = 0
        self.database = Database(url)
        handlers = {Touch: self._touch, Press: self._touch, Settle: lambda command, unit: {}}
        self.door = Door(self.database, self.clock, handlers=handlers, parts={Vault: new_vault()}, **options)
        with self.database.writing() as connection:
            Unit(connection, now=NOW, actor=SYSTEM, parts={}).lock_or_create(ROOT, "case")

    def _touch(self, command: Touch, unit: Unit) -> Mapping[str, Any]:
        self.runs += 1
        put(unit, "toy", ROOT, {"text": command.text})
        unit.record("toy.touched", ROOT, text=command.text)
        answered = self.inside(unit)
        return {"text": command.text, "line": unit.roots[ROOT].seq + 1} if answered is None else answered

    def execute(self, command: Command | None = None, actor: Actor = CLERK, *, key: str = "k") -> Mapping[str, Any]:
        """Execute ``command`` (a plain Touch)."""
        return self.door.execute(command or Touch(), actor, key=key)

    @property
    def effects(self) -> tuple[int, int, int]:
        """How many rows, journal lines of the root and idempotency keys there are."""
        with self.database.reading() as connection:
            rows, keys = (
                int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
                for table in (outbox, idempotency)
            )
            return rows, len(lines_of(connection, ROOT)), keys

    def lines(self, root: str) -> list[Line]:
        """Return the journal of ``root``."""
        with self.database.reading() as connection:
            return lines_of(connection, root)
