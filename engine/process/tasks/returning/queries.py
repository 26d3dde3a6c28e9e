"""What else lies on the tasks that a step has opened."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.unit import Unit
from engine.process.tasks.countersigning.queries import has_rounds
from engine.process.tasks.tables import step, task, task_draft


def mark_undone(unit: Unit, root_id: str, numbers: Iterable[int]) -> None:
    """Note of steps, by number, that the case went back to before them."""
    gone = (step.c.root_id == root_id) & step.c.number.in_(list(numbers))
    unit.connection.execute(step.update().where(gone).values(undone=True))


def drafted_by_others(connection: Connection, task_ids: Iterable[str], account: str) -> frozenset[str]:
    """Return which of the tasks somebody other than ``account`` has a draft of."""
    query = sa.select(task_draft.c.task_id).where(
        task_draft.c.task_id.in_(list(task_ids)), task_draft.c.account != account
    )
    return frozenset(connection.scalars(query))


def asked_about(connection: Connection, task_ids: Iterable[str]) -> frozenset[str]:
    """Return for which of the tasks a countersigning was ever asked."""
    query = sa.select(task.c.id).where(task.c.id.in_(list(task_ids)), has_rounds(task.c.id))
    return frozenset(connection.scalars(query))


def last_done(connection: Connection, root_id: str, account: str) -> str | None:
    """Return the task of the case that ``account`` completed last, or None."""
    mine = (task.c.root_id == root_id) & (task.c.state == "completed") & (task.c.closed_by == account)
    query = sa.select(task.c.id).where(mine).order_by(task.c.closed_at.desc(), task.c.run.desc(), task.c.task_no.desc())
    return connection.execute(query.limit(1)).scalar_one_or_none()
