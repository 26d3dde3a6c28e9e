"""Rows of choices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.issuance.delivering.tables import delivery_choice
from engine.foundation.store.unit import Unit


@dataclass(frozen=True)
class Choice:
    """One choice of the way of delivery."""

    number: int
    mode: str
    reason: str | None
    account: str
    at: datetime


def put_choice(unit: Unit, root_id: str, mode: str, reason: str | None) -> None:
    """Append the actor's choice."""
    number = 1 + len(choices_of(unit.connection, root_id))
    unit.connection.execute(
        delivery_choice.insert().values(
            root_id=root_id, number=number, mode=mode, reason=reason, account=unit.actor.account, at=unit.now
        )
    )


def choices_of(connection: Connection, root_id: str) -> list[Choice]:
    """Return the choices of a case in order."""
    columns = [column for column in delivery_choice.c if column.name != "root_id"]
    query = sa.select(*columns).where(delivery_choice.c.root_id == root_id).order_by(delivery_choice.c.number)
    return [Choice(*row) for row in connection.execute(query)]
