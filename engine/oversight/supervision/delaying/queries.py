"""Open tasks of cases and stages that are near or past due: a person's, and a department's by person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from engine.foundation.clock import city_date
from engine.oversight.supervision.queries import MOST, near_until
from engine.process.clocks.queries import ClockRow, clocks_of_many
from engine.process.clocks.rules import COUNTED, STAGE
from engine.process.clocks.tables import clock
from engine.process.tasks.queries import tasks_by_id
from engine.process.tasks.rules import Task
from engine.process.tasks.tables import task
from engine.registry.identity.reading import Reading

MEASURED = ("correction_notice", *COUNTED)
"""The limits of a whole case, which every task in it holds up."""


@dataclass(frozen=True)
class Delayed:
    """An open task, and the limit that is nearest or longest past due of those it is measured by."""

    task: Task
    clock: ClockRow


@dataclass(frozen=True)
class Share:
    """How many tasks a person (None: nobody yet) of a department has whose limit is past due, or near."""

    department: str
    holder: str | None
    overdue: int
    near: int


def my_delays(view: Reading, *, offset: int = 0, limit: int = 20) -> tuple[list[Delayed], int]:
    """Return a page of the tasks that the reader holds, or may take, whose limit is near or past due, and their number.

    By due date, the most urgent first; the number is at most ``MOST + 1``.
    """
    found = _delayed(view, _mine(view))
    total = view.connection.execute(sa.select(sa.func.count()).select_from(found.limit(MOST + 1).subquery()))
    page = found.order_by(sa.func.min(clock.c.due_on), task.c.id).offset(offset).limit(limit)
    tasks = tasks_by_id(view.connection, [row.id for row in view.connection.execute(page)])
    clocks = clocks_of_many(view.connection, {one.root_id for one in tasks})
    today = city_date(view.now)
    return [Delayed(one, _nearest(one, clocks, today)) for one in tasks], int(total.scalar_one())


def count_delays(view: Reading) -> int:
    """Return how many tasks of the reader's have a limit that is near or past due, at most ``MOST + 1``."""
    found = _delayed(view, _mine(view)).limit(MOST + 1).subquery()
    return int(view.connection.execute(sa.select(sa.func.count()).select_from(found)).scalar_one())


def department_delays(view: Reading, places: Iterable[str]) -> list[Share]:
    """Return what the people of departments hold up, whoever has most past due first; what nobody holds stands last."""
    wanted = sorted(places)
    if not wanted:
        return []
    each = _delayed(view, task.c.department.in_(wanted)).subquery()
    late = sa.func.sum(each.c.late)
    query = sa.select(each.c.department, each.c.holder, late, sa.func.count() - late)
    rows = view.connection.execute(query.group_by(each.c.department, each.c.holder))
    found = [Share(row[0], row[1], int(row[2]), int(row[3])) for row in rows]
    return sorted(found, key=lambda one: (one.department, not one.holder, -one.overdue, -one.near, one.holder or ""))


def _mine(view: Reading) -> sa.ColumnElement[bool]:
    waiting = [
        sa.and_(task.c.holder.is_(None), task.c.role == role, task.c.department == place)
        for role, place in sorted(set(view.actor.grants))
    ]
    return sa.or_(task.c.holder == view.actor.account, *waiting)


def _delayed(view: Reading, whose: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Return one row for each open task of ``whose`` that has a limit near or past due; ``late`` is 1 when past."""
    today = city_date(view.now)
    late = sa.case((sa.or_(clock.c.due_on < today, clock.c.lapsed), 1), else_=0)
    return (
        sa.select(task.c.id, task.c.department, task.c.holder, sa.func.max(late).label("late"))
        .select_from(clock.join(task, task.c.root_id == clock.c.root_id))
        .where(*_running(today, near_until(view, today)), task.c.state == sa.literal_column("'open'"), _measures, whose)
        .group_by(task.c.id, task.c.department, task.c.holder)
    )


def _running(today: date, near: date) -> Sequence[sa.ColumnElement[bool]]:
    # The state is written out, not bound: only then can both databases see that the partial index fits.
    excused = sa.or_(clock.c.excused.is_(None), clock.c.due_on >= today)
    return (clock.c.state == sa.literal_column("'running'"), clock.c.due_on <= near, excused)


_RUN = sa.cast(task.c.run, sa.String) + ":" + task.c.process + ":"
"""How the stages of a task's own run and process are called in the first place."""

_measures = sa.or_(
    clock.c.kind.in_(MEASURED),
    sa.and_(clock.c.kind == STAGE, sa.func.substr(clock.c.stage, 1, sa.func.length(_RUN)) == _RUN),
)
"""A task is measured by the limits of its case, and by the stages of its own run and process."""


def _nearest(one: Task, clocks: Iterable[ClockRow], today: date) -> ClockRow:
    """Return the limit that is nearest or longest past due of those that :func:`_delayed` goes by."""
    stage = f"{one.run}:{one.process}:"
    mine = [
        row
        for row in clocks
        if row.root_id == one.root_id and row.state == "running" and row.due_on is not None
        and (not row.excused or row.due_on >= today)
        and (row.kind in MEASURED or (row.kind == STAGE and (row.stage or "").startswith(stage)))
    ]  # fmt: skip
    return min(mine, key=lambda row: (row.due_on or date.max, row.id))
