"""Finding the reviews of a desk."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.joint.desk.rules import Wanted
from engine.casework.joint.tables import joint_branch, joint_review
from engine.foundation.store.unit import Actor
from engine.process.clocks.rules import BRANCH
from engine.process.clocks.tables import clock
from engine.process.tasks.tables import task
from engine.registry.identity.rules import Scope

MOST = 10_000
"""A desk is counted as far as this; beyond it a page says “10000+”."""

_RUNNING = clock.c.state == sa.literal_column("'running'")
_OPEN = task.c.state == sa.literal_column("'open'")


def reviews_for(
    connection: Connection, actor: Actor, scope: Scope, wanted: Wanted, today: date, now: datetime, *, offset: int = 0,
    limit: int = 20,
) -> tuple[list[str], int]:  # fmt: skip
    """Return a page of the roots of the reviews that fit, and how many there are (at most ``MOST + 1``).

    What runs is ordered by its earliest limit, be it a branch's or the promise; what was concluded, newest first.
    """
    chosen = [joint_review.c.state.in_(wanted.states), *_conditions(actor, scope, wanted, today, now)]
    counted = sa.select(joint_review.c.root_id).where(*chosen).limit(MOST + 1).subquery()
    total = int(connection.execute(sa.select(sa.func.count()).select_from(counted)).scalar_one())
    query = sa.select(joint_review.c.root_id).where(*chosen).offset(min(offset, MOST)).limit(limit)
    if wanted.state == "concluded":
        query = query.order_by(joint_review.c.begun_at.desc(), joint_review.c.root_id)
    else:
        # Nothing falls due while all stand still: that comes last, on both databases.
        due = _earliest()
        query = query.order_by(due.is_(None), due, joint_review.c.begun_at, joint_review.c.root_id)
    return list(connection.scalars(query)), total


def _conditions(
    actor: Actor, scope: Scope, wanted: Wanted, today: date, now: datetime
) -> list[sa.ColumnElement[bool]]:  # fmt: skip
    found: list[sa.ColumnElement[bool]] = []
    if not scope.everything:
        found.append(_of(wanted.part, scope))
    if wanted.late:
        found.append(_late(today, now))
    if wanted.mine:
        found.append(_waits_for(actor))
    return found


def _of(part: str, scope: Scope) -> sa.ColumnElement[bool]:
    if part == "lead":
        return joint_review.c.lead.in_(sorted(scope.departments))
    asked = sa.select(joint_branch.c.root_id).where(
        joint_branch.c.department.in_(sorted(scope.departments)), joint_branch.c.opened_at.is_not(None)
    )
    return joint_review.c.root_id.in_(asked) & joint_review.c.lead.not_in(sorted(scope.departments))


def _late(today: date, now: datetime) -> sa.ColumnElement[bool]:
    passed = (clock.c.due_on < today) | (clock.c.due_at < now)
    live = (joint_branch.c.root_id == joint_review.c.root_id) & (joint_branch.c.state == "open")
    late = clock.c.excused.is_(None) & _RUNNING & passed
    return sa.exists().where(live, clock.c.id == joint_branch.c.clock_id, late)


def _waits_for(actor: Actor) -> sa.ColumnElement[bool]:
    free = [
        task.c.holder.is_(None) & (task.c.role == role) & (task.c.department == place)
        for role, place in sorted(set(actor.grants))
    ]
    return sa.exists().where(
        task.c.root_id == joint_review.c.root_id, _OPEN, sa.or_(task.c.holder == actor.account, *free)
    )


def _earliest() -> sa.ScalarSelect[date | None]:
    return (
        sa.select(sa.func.min(clock.c.due_on))
        .where(clock.c.root_id == joint_review.c.root_id, _RUNNING, clock.c.kind.in_(("commitment", BRANCH)))
        .scalar_subquery()
    )
