"""The chases of branches: urgings of their tasks, and the rows of the time before these were one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.joint.chasing.rules import Chase
from engine.casework.joint.chasing.tables import joint_chase
from engine.process.tasks.urging.queries import urges_by_item
from engine.process.tasks.urging.rules import Urge


def chases_of_many(
    connection: Connection, root_ids: Iterable[str], urged: Mapping[str, list[tuple[str, Urge]]]
) -> dict[str, list[Chase]]:
    """Return the chases of several cases by root id, oldest first, numbered from 1 for each branch.

    ``urged`` are the urgings of their branches' tasks, as ``urges_by_item`` returns them.
    """
    found = _before(connection, list(root_ids))
    for root_id, urges in urged.items():
        found.setdefault(root_id, []).extend(_chase(item, one) for item, one in urges)
    return {root_id: _numbered(sorted(some, key=lambda one: one.at)) for root_id, some in found.items()}


def chases_of(connection: Connection, root_id: str) -> list[Chase]:
    """Return the chases of a case, oldest first."""
    return chases_of_many(connection, [root_id], urges_by_item(connection, [root_id])).get(root_id, [])


def _before(connection: Connection, root_ids: list[str]) -> dict[str, list[Chase]]:
    columns = [joint_chase.c[name] for name in Chase.__dataclass_fields__]
    query = sa.select(joint_chase.c.root_id, *columns).where(joint_chase.c.root_id.in_(root_ids))
    found: dict[str, list[Chase]] = {}
    for root_id, *row in connection.execute(query.order_by(joint_chase.c.at, joint_chase.c.key, joint_chase.c.number)):
        key, number, text, told, account, at = row
        found.setdefault(root_id, []).append(Chase(key, number, text, tuple(told), account, at))
    return found


def _chase(item: str, one: Urge) -> Chase:
    told = (one.holder or f"{one.role}@{one.department}",) if one.told else ()
    return Chase(item.split("/")[1], one.number, one.text, told, one.account, one.at)


def _numbered(chases: list[Chase]) -> list[Chase]:
    seen: dict[str, int] = {}
    numbered = []
    for one in chases:
        seen[one.key] = seen.get(one.key, 0) + 1
        numbered.append(replace(one, number=seen[one.key]))
    return numbered
