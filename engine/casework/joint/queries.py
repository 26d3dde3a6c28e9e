"""Rows of joint branches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.joint.tables import joint_branch
from engine.foundation.store.unit import Unit


@dataclass(frozen=True)
class BranchRow:
    """One branch: whom it asks, and what was said."""

    key: str
    position: int
    department: str
    name: str
    veto: str
    conclusion: str | None = None
    opinion: str | None = None
    basis: str | None = None
    representative: str | None = None
    account: str | None = None
    at: datetime | None = None


def put_branches(unit: Unit, root_id: str, rows: Iterable[BranchRow]) -> None:
    """Put down the branches that are asked; those of an earlier round go."""
    unit.connection.execute(joint_branch.delete().where(joint_branch.c.root_id == root_id))
    unit.connection.execute(joint_branch.insert(), [{"root_id": root_id, **vars(row)} for row in rows])


def set_branch(unit: Unit, root_id: str, key: str, **values: Any) -> None:
    """Set what was said for a branch."""
    mine = (joint_branch.c.root_id == root_id) & (joint_branch.c.key == key)
    unit.connection.execute(joint_branch.update().where(mine).values(**values))


def branches_of(connection: Connection, root_id: str) -> list[BranchRow]:
    """Return the branches of a case in the plan's order."""
    columns = [joint_branch.c[name] for name in BranchRow.__dataclass_fields__]
    query = sa.select(*columns).where(joint_branch.c.root_id == root_id).order_by(joint_branch.c.position)
    return [BranchRow(*row) for row in connection.execute(query)]
