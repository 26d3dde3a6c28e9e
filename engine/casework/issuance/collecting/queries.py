"""Rows of reminders, and the list of results that nobody collects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.cases.listing.queries import listed
from engine.casework.cases.listing.rules import Filters
from engine.casework.cases.queries import CaseFile, cases_by_root
from engine.casework.issuance.collecting.tables import chase
from engine.foundation.store.unit import Unit
from engine.registry.identity.rules import Scope

MOST = 500
"""So many waiting cases are shown at most, the longest waiting first among them."""


@dataclass(frozen=True)
class Chase:
    """One reminder."""

    root_id: str
    number: int
    account: str
    at: datetime
    note: str


def add_chase(unit: Unit, root_id: str, note: str) -> int:
    """Append a reminder by the actor; return its number."""
    number = 1 + len(chases_of(unit.connection, [root_id]))
    unit.connection.execute(
        chase.insert().values(root_id=root_id, number=number, account=unit.actor.account, at=unit.now, note=note)
    )
    return number


def chases_of(connection: Connection, root_ids: list[str]) -> list[Chase]:
    """Return the reminders of cases in order."""
    query = sa.select(chase).where(chase.c.root_id.in_(root_ids)).order_by(chase.c.root_id, chase.c.number)
    return [Chase(*row) for row in connection.execute(query)]


def waiting_cases(connection: Connection, scope: Scope, today: date) -> list[CaseFile]:
    """Return the cases in ``scope`` whose result waits at the window, the one signed for first at the head."""
    roots = listed(connection, scope, Filters(status="awaiting_pickup"), today, limit=MOST).ids
    found = cases_by_root(connection, roots).values()
    return sorted(found, key=lambda one: (one.result_signed_at or one.created_at, one.case_no))
