"""Rows of joint site visits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.joint.visiting.tables import joint_visit, joint_visit_branch
from engine.foundation.store.unit import Unit


@dataclass(frozen=True)
class Looked:
    """What one branch looks at in a visit, by whom, and what was found (None until then; UTC)."""

    branch: str
    department: str
    looks_at: str
    visitors: tuple[Mapping[str, str], ...]
    findings: str | None = None
    conclusion: str | None = None
    improvement: str = ""
    again: bool = False
    files: tuple[Mapping[str, str], ...] = ()
    account: str | None = None
    at: datetime | None = None

    @property
    def done(self) -> bool:
        """Whether findings were written down."""
        return self.conclusion is not None


@dataclass(frozen=True)
class JointVisit:
    """A visit with its branches in the plan's order; ``time`` is the hour in the city, ``09:30``; times UTC."""

    number: int
    visit_on: date
    time: str
    place: str
    prepare: str
    contact: str
    contact_phone: str
    document_id: str
    document_number: str
    planned_by: str
    planned_at: datetime
    moved_reason: str
    moved_by: str | None
    moved_at: datetime | None
    cancelled_reason: str
    cancelled_by: str | None
    cancelled_at: datetime | None
    cancel_document_id: str | None
    cancel_document_number: str | None
    branches: tuple[Looked, ...]

    @property
    def cancelled(self) -> bool:
        """Whether it was cancelled: nobody goes, and nobody owes findings of it."""
        return self.cancelled_at is not None

    @property
    def begun(self) -> bool:
        """Whether a department has written down what it found."""
        return any(one.done for one in self.branches)

    def of(self, branch: str) -> Looked | None:
        """Return what a branch looks at, or None when it takes no part."""
        return next((one for one in self.branches if one.branch == branch), None)


_LISTS = ("visitors", "files")
_LOOKED = [joint_visit_branch.c[name] for name in Looked.__dataclass_fields__]
_OWN = [joint_visit.c[name] for name in JointVisit.__dataclass_fields__ if name in joint_visit.c]


def put_visit(unit: Unit, root_id: str, values: Mapping[str, Any], looked: Iterable[Looked]) -> None:
    """Insert a visit planned by the actor now, with its branches in order."""
    by = {"planned_by": unit.actor.account, "planned_at": unit.now, "moved_reason": ""}
    unit.connection.execute(joint_visit.insert().values(root_id=root_id, **by, **values))
    add_looked(unit, root_id, values["number"], looked, 1)


def add_looked(unit: Unit, root_id: str, number: int, looked: Iterable[Looked], first: int) -> None:
    """Insert branches of a visit in order, the first one at the place ``first``."""
    rows = [
        {"root_id": root_id, "number": number, "position": place, **_plain(vars(one))}
        for place, one in enumerate(looked, first)
    ]
    unit.connection.execute(joint_visit_branch.insert(), rows)


def set_visit(unit: Unit, root_id: str, number: int, **values: Any) -> None:
    """Set columns of a visit."""
    mine = (joint_visit.c.root_id == root_id) & (joint_visit.c.number == number)
    unit.connection.execute(joint_visit.update().where(mine).values(**values))


def set_looked(unit: Unit, root_id: str, number: int, branch: str, **values: Any) -> None:
    """Set columns of a branch in a visit."""
    mine = (
        (joint_visit_branch.c.root_id == root_id)
        & (joint_visit_branch.c.number == number)
        & (joint_visit_branch.c.branch == branch)
    )
    unit.connection.execute(joint_visit_branch.update().where(mine).values(**_plain(values)))


def visits_at(connection: Connection, root_id: str) -> list[JointVisit]:
    """Return the visits of a case in the order they were planned, whatever their number by two statements."""
    looked: dict[int, list[Looked]] = {}
    query = sa.select(joint_visit_branch.c.number, *_LOOKED).where(joint_visit_branch.c.root_id == root_id)
    for row in connection.execute(query.order_by(joint_visit_branch.c.number, joint_visit_branch.c.position)):
        looked.setdefault(row[0], []).append(_looked(row[1:]))
    planned = sa.select(*_OWN).where(joint_visit.c.root_id == root_id).order_by(joint_visit.c.number)
    return [
        JointVisit(**row._mapping, branches=tuple(looked.get(row.number, ()))) for row in connection.execute(planned)
    ]


def _looked(row: Any) -> Looked:
    told = dict(zip(Looked.__dataclass_fields__, row, strict=True))
    return Looked(**{**told, **{name: tuple(told[name]) for name in _LISTS}})


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
