"""Rows of joint reviews and their branches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.joint.rules import Part
from engine.casework.joint.tables import joint_branch, joint_check, joint_review
from engine.foundation.errors import NotFound
from engine.foundation.store.portable import insert_if_missing, insert_or_update
from engine.foundation.store.unit import Unit


class BranchMissing(NotFound):
    """本件的联办计划里没有分支“{key}”，请刷新页面后核对。"""

    code = "JOINT_BRANCH_MISSING"


@dataclass(frozen=True)
class BranchRow:
    """One branch: whom it asks, what it waits for, how it stands and what was said (``days`` working days; UTC)."""

    key: str
    position: int
    number: str
    department: str
    name: str
    veto: str
    depends_on: tuple[str, ...] = ()
    days: Decimal = Decimal(0)
    optional: bool = False
    materials: tuple[int, ...] = ()
    automatic: bool = False
    result: str | None = None
    state: str = "waiting"
    round: int = 1
    clock_id: str | None = None
    opened_at: datetime | None = None
    findings: str | None = None
    conclusion: str | None = None
    opinion: str | None = None
    basis: str | None = None
    conditions: str | None = None
    representative: str | None = None
    account: str | None = None
    at: datetime | None = None
    added_reason: str | None = None
    added_by: str | None = None
    approved_by: str | None = None
    dropped_reason: str | None = None

    @property
    def item(self) -> str:
        """The name under which the process knows the branch: ``department/key``."""
        return f"{self.department}/{self.key}"

    @property
    def part(self) -> Part:
        """The branch as the rules see it, nothing of its limit used."""
        return Part(self.key, self.depends_on, self.veto, self.state, self.days)


@dataclass(frozen=True)
class Review:
    """A joint review as a whole."""

    root_id: str
    lead: str
    state: str
    round: int
    note: str
    conclusion: str | None
    begun_at: datetime
    concluded_at: datetime | None


_COLUMNS = [joint_branch.c[name] for name in BranchRow.__dataclass_fields__]


def begin_review(unit: Unit, root_id: str, lead: str, note: str, rows: Iterable[BranchRow]) -> None:
    """Put down a review with the branches that are asked; one that was begun before is begun anew."""
    values = {
        "root_id": root_id, "lead": lead, "state": "running", "round": 1, "note": note, "conclusion": None,
        "begun_at": unit.now, "concluded_at": None,
    }  # fmt: skip
    insert_or_update(unit.connection, joint_review, values, ["root_id"])
    unit.connection.execute(joint_branch.delete().where(joint_branch.c.root_id == root_id))
    unit.connection.execute(joint_branch.insert(), [{"root_id": root_id, **_plain(vars(row))} for row in rows])


def add_branch(unit: Unit, root_id: str, row: BranchRow) -> None:
    """Insert one more branch."""
    unit.connection.execute(joint_branch.insert().values(root_id=root_id, **_plain(vars(row))))


def set_branch(unit: Unit, root_id: str, key: str, **values: Any) -> None:
    """Set columns of a branch."""
    mine = (joint_branch.c.root_id == root_id) & (joint_branch.c.key == key)
    unit.connection.execute(joint_branch.update().where(mine).values(**values))


def set_review(unit: Unit, root_id: str, **values: Any) -> None:
    """Set columns of a review."""
    unit.connection.execute(joint_review.update().where(joint_review.c.root_id == root_id).values(**values))


def review_of(connection: Connection, root_id: str) -> Review | None:
    """Return the review of a case, or None."""
    row = connection.execute(sa.select(joint_review).where(joint_review.c.root_id == root_id)).one_or_none()
    return None if row is None else Review(*row)


def branches_of(connection: Connection, root_id: str) -> list[BranchRow]:
    """Return the branches of a case in the plan's order."""
    query = sa.select(*_COLUMNS).where(joint_branch.c.root_id == root_id).order_by(joint_branch.c.position)
    return [_branch(row) for row in connection.execute(query)]


def branches_of_many(connection: Connection, root_ids: Iterable[str]) -> dict[str, list[BranchRow]]:
    """Return the branches of several cases by root id, each case's in the plan's order."""
    query = sa.select(joint_branch.c.root_id, *_COLUMNS).where(joint_branch.c.root_id.in_(list(root_ids)))
    found: dict[str, list[BranchRow]] = {}
    for row in connection.execute(query.order_by(joint_branch.c.root_id, joint_branch.c.position)):
        found.setdefault(row[0], []).append(_branch(row[1:]))
    return found


def branch_named(connection: Connection, root_id: str, key: str) -> BranchRow:
    """Return one branch; raise :class:`BranchMissing`."""
    mine = (joint_branch.c.root_id == root_id) & (joint_branch.c.key == key)
    row = connection.execute(sa.select(*_COLUMNS).where(mine)).one_or_none()
    if row is None:
        raise BranchMissing(key=key[:40])
    return _branch(row)


def note_check(unit: Unit, root_id: str, no: int, department: str) -> bool:
    """Insert that a department has verified a material; return False when it had already."""
    values = {"root_id": root_id, "no": no, "department": department, "account": unit.actor.account, "at": unit.now}
    return insert_if_missing(unit.connection, joint_check, values)


def checks_of_case(connection: Connection, root_id: str) -> dict[int, list[tuple[str, datetime]]]:
    """Return by material who has verified it when: (department, UTC), the first one first."""
    query = sa.select(joint_check.c.no, joint_check.c.department, joint_check.c.at)
    found: dict[int, list[tuple[str, datetime]]] = {}
    for row in connection.execute(query.where(joint_check.c.root_id == root_id).order_by(joint_check.c.at)):
        found.setdefault(row.no, []).append((row.department, row.at))
    return found


def reviews_of_many(connection: Connection, root_ids: Iterable[str]) -> dict[str, Review]:
    """Return the reviews of several cases by root id; a case without one is left out."""
    query = sa.select(joint_review).where(joint_review.c.root_id.in_(list(root_ids)))
    return {row.root_id: Review(*row) for row in connection.execute(query)}


def _branch(row: Any) -> BranchRow:
    told = dict(zip(BranchRow.__dataclass_fields__, row, strict=True))
    told["depends_on"], told["materials"] = tuple(told["depends_on"]), tuple(told["materials"])
    told["days"] = Decimal(told["days"])
    return BranchRow(**told)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
