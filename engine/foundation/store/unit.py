"""The unit of work: one command, one transaction, its locks and its events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.errors import Conflict, NotFound
from engine.foundation.store.portable import insert_if_missing
from engine.foundation.store.tables import epoch, root

Part = TypeVar("Part")

GENESIS = "0" * 64


class RootMissing(NotFound):
    """没有找到 {id}，请核对编号。"""

    code = "ROOT_MISSING"


class LostRace(Conflict):
    """另一位工作人员刚刚改动了同一办件，请刷新页面后再办理。"""

    code = "LOST_RACE"


class RootBusy(Conflict):
    """该办件正在由另一处办理，请稍后再试。"""

    code = "ROOT_BUSY"


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """A post that an actor fills for somebody who is absent: whose it is, and which (role, department)."""

    account: str
    name: str
    role: str
    department: str


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts: an account, and the natural person behind it (separation of duties counts persons)."""

    account: str
    person: str
    name: str
    grants: tuple[tuple[str, str], ...] = ()
    """(role, department key) pairs that hold at this instant; the centre's roles carry ``center``."""
    channel: str = "web"
    stands_in: tuple[StandIn, ...] = ()
    """Posts of absent people that the actor fills at this instant (请假代理); they open tasks and nothing else."""

    def has(self, *roles: str) -> bool:
        """Tell whether the actor holds one of ``roles`` anywhere."""
        return any(role in roles for role, _ in self.grants)

    def departments(self, *roles: str) -> frozenset[str]:
        """Return the department keys in which the actor holds one of ``roles`` (any role when none is named)."""
        return frozenset(place for role, place in self.grants if not roles or role in roles)


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One event waiting to become a journal line."""

    root: str
    type: str
    data: Mapping[str, Any]
    private: Mapping[str, Any] = field(default_factory=dict)
    """Personal values: the line keeps a salted digest, the value lies in an erasable row."""


@dataclass
class Root:
    """A locked root row."""

    id: str
    kind: str
    version: int
    seq: int
    head: str


class Unit:
    """What a handler is given: the connection, the instant, the actor, the locked roots and the parts."""

    def __init__(
        self,
        connection: Connection,
        *,
        now: datetime,
        actor: Actor,
        parts: Mapping[type, object],
        roots: Mapping[str, Root] | None = None,
    ) -> None:
        """``now`` is the unit's only clock reading, aware, in UTC; ``roots`` are those it has locked already."""
        self.connection = connection
        self.now = now
        self.actor = actor
        self.events: list[Recorded] = []
        self.roots: dict[str, Root] = dict(roots or {})
        self.after_commit: list[Any] = []
        self.on_behalf: StandIn | None = None
        """For whom the actor does this act, where it is done by standing in; every line names both then."""
        self.known: dict[Any, Any] = {}
        """Rows read under the lock of their root, as they stand in this unit; each room has keys of its own."""
        self._parts = parts

    def part(self, kind: type[Part]) -> Part:
        """Return the concrete part of type ``kind`` that compose put in."""
        return cast(Part, self._parts[kind])

    def lock(self, *ids: str) -> None:
        """Lock the roots in the order of their ids; raise :class:`RootMissing` for one that is not there."""
        self.roots |= locked(self.connection, set(ids) - self.roots.keys())

    def create_root(self, id: str, kind: str, *, parent: str | None = None) -> Root:
        """Insert a new root, locked by being ours until the commit."""
        self.connection.execute(root.insert().values(id=id, kind=kind, parent=parent, version=0, seq=0, head=GENESIS))
        self.roots[id] = Root(id=id, kind=kind, version=0, seq=0, head=GENESIS)
        return self.roots[id]

    def lock_or_create(self, id: str, kind: str) -> Root:
        """Lock the root, making it first when it is not there yet (two makers: one waits for the other)."""
        insert_if_missing(
            self.connection, root, {"id": id, "kind": kind, "parent": None, "version": 0, "seq": 0, "head": GENESIS}
        )
        self.lock(id)
        return self.roots[id]

    def record(self, type: str, root: str, *, private: Mapping[str, Any] | None = None, **data: Any) -> None:
        """Add an event to the journal of ``root``, which must be locked."""
        if root not in self.roots:
            raise LookupError(f"{root} is not locked in this unit")
        self.events.append(Recorded(root=root, type=type, data=data, private=private or {}))

    def raise_epoch(self, name: str) -> None:
        """Tell every host that its cached copy of ``name`` is stale once this unit commits."""
        # Made first, so that two who raise it for the first time wait for each other instead of clashing.
        insert_if_missing(self.connection, epoch, {"name": name, "value": 0})
        self.connection.execute(epoch.update().where(epoch.c.name == name).values(value=epoch.c.value + 1))


_EPOCHS = sa.select(epoch)
_LOCK = sa.select(root).where(root.c.id == sa.bindparam("of_root")).with_for_update()
_LOCK_IF_FREE = sa.select(root).where(root.c.id == sa.bindparam("of_root")).with_for_update(skip_locked=True)
_IS_THERE = sa.select(root.c.id).where(root.c.id == sa.bindparam("of_root"))


def locked(connection: Connection, ids: Iterable[str], *, waiting: bool = True) -> dict[str, Root]:
    """Lock the roots in the order of their ids and return them; raise :class:`RootMissing` for a missing one.

    Not ``waiting``, a root that another unit holds is not waited for: raises :class:`RootBusy`.  SQLite has no such
    roots, for it has one writer at a time.
    """
    found = {}
    for id in sorted(set(ids)):
        row = connection.execute(_LOCK if waiting else _LOCK_IF_FREE, {"of_root": id}).one_or_none()
        if row is None and not waiting and connection.execute(_IS_THERE, {"of_root": id}).first() is not None:
            raise RootBusy
        if row is None:
            raise RootMissing(id=id)
        found[id] = Root(id=row.id, kind=row.kind, version=row.version, seq=row.seq, head=row.head)
    return found


def read_epochs(connection: Connection) -> dict[str, int]:
    """Return all epoch counters by name."""
    return {row.name: row.value for row in connection.execute(_EPOCHS)}
