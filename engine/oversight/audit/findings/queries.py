"""Rows of notes and findings; every question names the auditor whose they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.unit import Unit
from engine.oversight.audit.findings.rules import Content, FindingMissing
from engine.oversight.audit.findings.tables import audit_finding


@dataclass(frozen=True)
class Finding:
    """A note or a finding as kept (times UTC); ``seq`` None means the case as a whole."""

    id: int
    root_id: str
    seq: int | None
    account: str
    kind: str
    severity: str
    basis: str
    text: str
    state: str
    reason: str
    revision: int
    created_at: datetime
    changed_at: datetime

    @property
    def content(self) -> Content:
        """What it says."""
        return Content(self.kind, self.severity, self.basis, self.text)

    @property
    def case_no(self) -> str:
        """The number of its case."""
        return self.root_id.removeprefix("case:")


def put_finding(unit: Unit, root_id: str, seq: int | None, content: Content) -> int:
    """Insert one of the actor's and return its id."""
    values: dict[str, Any] = {
        **vars(content), "root_id": root_id, "seq": seq, "account": unit.actor.account, "state": "open", "reason": "",
        "revision": 0, "created_at": unit.now, "changed_at": unit.now,
    }  # fmt: skip
    made = unit.connection.execute(audit_finding.insert().values(values).returning(audit_finding.c.id))
    return int(made.scalar_one())


def set_finding(unit: Unit, id: int, **values: Any) -> None:
    """Set columns of one."""
    query = audit_finding.update().where(audit_finding.c.id == id)
    unit.connection.execute(query.values(**values, changed_at=unit.now))


def own_finding(connection: Connection, account: str, id: int) -> Finding:
    """Return one of ``account``'s own; raise :class:`FindingMissing` for any other."""
    mine = (audit_finding.c.id == id) & (audit_finding.c.account == account)
    row = connection.execute(sa.select(audit_finding).where(mine)).one_or_none()
    if row is None:
        raise FindingMissing(id=id)
    return Finding(**row._mapping)


def own_on_case(connection: Connection, account: str, root_id: str) -> list[Finding]:
    """Return what ``account`` wrote on a case, in the order of its history; what is on it as a whole comes first."""
    mine = (audit_finding.c.root_id == root_id) & (audit_finding.c.account == account)
    order = (sa.func.coalesce(audit_finding.c.seq, 0), audit_finding.c.id)
    query = sa.select(audit_finding).where(mine).order_by(*order)
    return [Finding(**row._mapping) for row in connection.execute(query)]


def own_findings(
    connection: Connection, account: str, *, kind: str = "", state: str = "", offset: int = 0, limit: int = 20
) -> tuple[list[Finding], int]:
    """Return a page of what ``account`` wrote, the open ones first and in these the newest, and how many there are."""
    chosen = [audit_finding.c.account == account]
    chosen += [audit_finding.c.kind == kind] if kind else []
    chosen += [audit_finding.c.state == state] if state else []
    total = connection.execute(sa.select(sa.func.count()).select_from(audit_finding).where(*chosen)).scalar_one()
    first = sa.case((audit_finding.c.state == "open", 0), else_=1)
    query = sa.select(audit_finding).where(*chosen).order_by(first, audit_finding.c.id.desc())
    rows = connection.execute(query.offset(offset).limit(limit))
    return [Finding(**row._mapping) for row in rows], int(total)


def roots_noted(account: str, *, state: str = "") -> sa.Select[tuple[str]]:
    """Return the cases on which ``account`` wrote something that was not withdrawn, as a table of root ids."""
    query = sa.select(audit_finding.c.root_id).where(audit_finding.c.account == account)
    return query.where(audit_finding.c.state == state if state else audit_finding.c.state != "withdrawn")


def noted_on(connection: Connection, account: str, root_ids: list[str]) -> dict[str, tuple[int, int]]:
    """Return by case how much ``account`` wrote on it that was not withdrawn, and how much of it is open."""
    opened = sa.func.sum(sa.case((audit_finding.c.state == "open", 1), else_=0))
    query = (
        sa.select(audit_finding.c.root_id, sa.func.count(), opened)
        .where(audit_finding.c.account == account, audit_finding.c.root_id.in_(root_ids))
        .where(audit_finding.c.state != "withdrawn")
        .group_by(audit_finding.c.root_id)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in connection.execute(query)}
