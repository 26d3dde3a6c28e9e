"""Rows of chases."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.joint.chasing.rules import Chase
from engine.casework.joint.chasing.tables import joint_chase
from engine.foundation.store.unit import Unit


def put_chase(unit: Unit, root_id: str, one: Chase) -> None:
    """Insert a chase."""
    unit.connection.execute(joint_chase.insert().values(root_id=root_id, **{**vars(one), "told": list(one.told)}))


def chases_of_many(connection: Connection, root_ids: Iterable[str]) -> dict[str, list[Chase]]:
    """Return the chases of several cases by root id, oldest first."""
    columns = [joint_chase.c[name] for name in Chase.__dataclass_fields__]
    query = sa.select(joint_chase.c.root_id, *columns).where(joint_chase.c.root_id.in_(list(root_ids)))
    found: dict[str, list[Chase]] = {}
    for root_id, *row in connection.execute(query.order_by(joint_chase.c.at, joint_chase.c.key, joint_chase.c.number)):
        key, number, text, told, account, at = row
        found.setdefault(root_id, []).append(Chase(key, number, text, tuple(told), account, at))
    return found


def chases_of(connection: Connection, root_id: str) -> list[Chase]:
    """Return the chases of a case, oldest first."""
    return chases_of_many(connection, [root_id]).get(root_id, [])
