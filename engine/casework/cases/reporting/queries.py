"""Rows of reported cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.cases.reporting.tables import report_up
from engine.foundation.store.unit import Unit


@dataclass(frozen=True)
class Report:
    """A report to a higher authority and its reply."""

    root_id: str
    to_authority: str
    sent_on: date
    signed_by: str
    signed_on: date
    document_id: str
    reported_by: str
    reply_number: str | None
    replied_on: date | None
    reply_received_on: date | None
    decision: str | None
    content: str | None
    relayed_at: datetime | None


def put_report(unit: Unit, root_id: str, **values: Any) -> None:
    """Insert the report, made by the actor now."""
    unit.connection.execute(report_up.insert().values(root_id=root_id, reported_by=unit.actor.account, **values))


def set_report(unit: Unit, root_id: str, **values: Any) -> None:
    """Set columns of the report."""
    unit.connection.execute(report_up.update().where(report_up.c.root_id == root_id).values(**values))


def report_of(connection: Connection, root_id: str) -> Report | None:
    """Return the report of a case, or None."""
    row = connection.execute(sa.select(report_up).where(report_up.c.root_id == root_id)).one_or_none()
    return None if row is None else Report(*row)
