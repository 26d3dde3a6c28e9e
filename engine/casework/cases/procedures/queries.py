"""Rows of special procedures and extensions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.cases.procedures.tables import extension, special_procedure
from engine.foundation.store.unit import Unit


@dataclass(frozen=True)
class Special:
    """A special procedure of a case."""

    root_id: str
    number: int
    kind: str
    reason: str
    legal_basis: str
    expected_days: int
    told_anew: bool
    state: str
    more_days: int | None
    asked_by: str
    asked_at: datetime
    approved_by: str | None
    approved_at: datetime | None
    document_id: str | None
    started_on: date | None
    expected_end: date | None
    ended_on: date | None
    result: str | None
    conclusion: str | None
    hearing: Mapping[str, Any] | None


@dataclass(frozen=True)
class Extension:
    """An extension of a case's limit that was asked for."""

    root_id: str
    number: int
    days: int
    reason: str
    state: str
    asked_by: str
    asked_at: datetime
    approved_by: str | None
    document_id: str | None
    document_no: str | None


def specials_of(connection: Connection, root_id: str) -> list[Special]:
    """Return the special procedures of a case in order."""
    mine = special_procedure.c.root_id == root_id
    query = sa.select(special_procedure).where(mine).order_by(special_procedure.c.number)
    return [Special(*row) for row in connection.execute(query)]


def add_special(unit: Unit, root_id: str, **values: Any) -> int:
    """Insert a special procedure asked for by the actor now; return its number."""
    number = 1 + len(specials_of(unit.connection, root_id))
    unit.connection.execute(
        special_procedure.insert().values(
            root_id=root_id, number=number, state="asked", asked_by=unit.actor.account, asked_at=unit.now, **values
        )
    )
    return number


def set_special(unit: Unit, one: Special, **values: Any) -> None:
    """Set columns of a special procedure."""
    mine = (special_procedure.c.root_id == one.root_id) & (special_procedure.c.number == one.number)
    unit.connection.execute(special_procedure.update().where(mine).values(**values))


def extensions_of(connection: Connection, root_id: str) -> list[Extension]:
    """Return the extensions asked for in a case, in order."""
    query = sa.select(extension).where(extension.c.root_id == root_id).order_by(extension.c.number)
    return [Extension(*row) for row in connection.execute(query)]


def add_extension(unit: Unit, root_id: str, days: int, reason: str) -> int:
    """Insert an extension asked for by the actor now; return its number."""
    number = 1 + len(extensions_of(unit.connection, root_id))
    unit.connection.execute(
        extension.insert().values(
            root_id=root_id, number=number, days=days, reason=reason, state="asked",
            asked_by=unit.actor.account, asked_at=unit.now,
        )
    )  # fmt: skip
    return number


def set_extension(unit: Unit, one: Extension, **values: Any) -> None:
    """Set columns of an extension."""
    mine = (extension.c.root_id == one.root_id) & (extension.c.number == one.number)
    unit.connection.execute(extension.update().where(mine).values(**values))
