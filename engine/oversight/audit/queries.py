"""Rows of what checks of the whole house found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.unit import Unit
from engine.oversight.audit.tables import verification


@dataclass(frozen=True)
class Verification:
    """A check of the whole house: when (UTC), by whom, of what, and what it found."""

    began_at: datetime
    ended_at: datetime
    account: str
    extent: str
    chains: int
    lines: int
    size: int
    found: int
    first: str | None


def put_verification(unit: Unit, **values: Any) -> None:
    """Add a check that has just ended."""
    row = {**values, "ended_at": unit.now, "account": unit.actor.account}
    unit.connection.execute(verification.insert().values(**row))


def verifications(connection: Connection, limit: int = 10) -> list[Verification]:
    """Return the newest checks, the last one first."""
    columns = [one for one in verification.c if one.name != "id"]
    query = sa.select(*columns).order_by(verification.c.id.desc()).limit(limit)
    return [Verification(*row) for row in connection.execute(query)]
