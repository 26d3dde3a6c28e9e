"""A reading: what a query is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, cast

from sqlalchemy.engine import Connection

from engine.foundation.store.unit import Actor
from engine.registry.identity.rules import Scope

Part = TypeVar("Part")


@dataclass(frozen=True)
class Reading:
    """One state of the database, the instant (UTC), the reader and the reader's scope."""

    connection: Connection
    now: datetime
    actor: Actor
    scope: Scope
    parts: Mapping[type, object]

    def part(self, kind: type[Part]) -> Part:
        """Return the concrete part of type ``kind``."""
        return cast(Part, self.parts[kind])
