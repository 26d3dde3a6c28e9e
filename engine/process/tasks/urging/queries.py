"""Rows of urgings."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.unit import Unit
from engine.process.tasks.rules import Task
from engine.process.tasks.tables import step, task
from engine.process.tasks.urging.rules import Urge
from engine.process.tasks.urging.tables import task_urge


def urges_of(connection: Connection, root_id: str, task_id: str = "") -> list[Urge]:
    """Return the urgings of a case in order of time, of one task when it is given."""
    query = sa.select(task_urge).where(task_urge.c.root_id == root_id)
    if task_id:
        query = query.where(task_urge.c.task_id == task_id)
    return [Urge(*row) for row in connection.execute(query.order_by(task_urge.c.at, task_urge.c.number))]


def urges_by_item(connection: Connection, root_ids: Iterable[str]) -> dict[str, list[tuple[str, Urge]]]:
    """Return by root id the urgings of several cases in order of time: (item of the task, urging), without items none.

    An item is what a task of several instances is about: the branch of a joint review.
    """
    query = (
        sa.select(task.c.item, task_urge)
        .join(task, task.c.id == task_urge.c.task_id)
        .where(task_urge.c.root_id.in_(list(root_ids)), task.c.item.is_not(None))
        .order_by(task_urge.c.at, task_urge.c.task_id, task_urge.c.number)
    )
    found: dict[str, list[tuple[str, Urge]]] = {}
    for item, *row in connection.execute(query):
        one = Urge(*row)
        found.setdefault(one.root_id, []).append((item, one))
    return found


def put_urge(unit: Unit, one: Task, text: str, *, told: bool) -> int:
    """Keep an urging of the actor; return its number among those of the task."""
    mine = sa.select(sa.func.coalesce(sa.func.max(task_urge.c.number), 0)).where(task_urge.c.task_id == one.id)
    number = int(unit.connection.execute(mine).scalar_one()) + 1
    values = {
        "root_id": one.root_id, "task_id": one.id, "number": number, "account": unit.actor.account,
        "person": unit.actor.person, "at": unit.now, "holder": one.holder, "role": one.role,
        "department": one.department, "text": text, "told": told,
    }  # fmt: skip
    unit.connection.execute(task_urge.insert().values(**values))
    return number


def receiver_of(connection: Connection, root_id: str) -> str | None:
    """Return the account that took the application in: its act began the process."""
    query = sa.select(step.c.account).where(step.c.root_id == root_id).order_by(step.c.number).limit(1)
    return connection.execute(query).scalar_one_or_none()
