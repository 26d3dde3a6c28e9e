"""Rows of armed timers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.unit import Unit
from engine.process.bpmn import ArmedTimer
from engine.process.tasks.incidents.queries import heal
from engine.process.tasks.incidents.rules import timer_id
from engine.process.tasks.timers.tables import timer

MAX_ATTEMPTS = 8
"""Failed tries after which somebody is told and it is an incident; the house goes on trying."""

TIMERS_OF_A_RUN = 4
"""So many timers are looked at for each run that is asked for; a run with more comes up again in the next page."""


@dataclass(frozen=True)
class TimerRow:
    """An armed timer as kept."""

    root_id: str
    run: int
    task_no: int
    element: str
    due_at: datetime
    wake_at: datetime
    attempts: int
    last_error: str | None


@dataclass(frozen=True)
class DueRun:
    """A run of a root with timers to be looked at; ``since`` is the earliest instant one was due (UTC)."""

    root_id: str
    run: int
    since: datetime


@dataclass(frozen=True)
class Standing:
    """How the plain timers of the house stand."""

    armed: int
    due: int
    """Those whose instant has come and that have not rung yet."""
    lag_seconds: float
    """How long the oldest of these has waited."""


def timers_standing(connection: Connection, now: datetime) -> Standing:
    """Return how the timers stand at ``now`` (UTC)."""
    armed = connection.execute(sa.select(sa.func.count()).select_from(timer)).scalar_one()
    late = sa.select(sa.func.count(), sa.func.min(timer.c.due_at)).where(timer.c.due_at <= now)
    due, oldest = connection.execute(late).one()
    return Standing(armed, due, (now - oldest).total_seconds() if oldest is not None else 0.0)


def keep_timers(unit: Unit, root_id: str, run: int, gone: Iterable[int], armed: Iterable[ArmedTimer]) -> None:
    """Drop the rows of timers that wait no longer and insert those of timers that have begun to.

    An incident about a timer that is gone is over: it has rung, or its element was left.
    """
    numbers = list(gone)
    if numbers:
        heal(unit, *(timer_id(root_id, run, number) for number in numbers))
        unit.connection.execute(timer.delete().where(_of_run(root_id, run), timer.c.task_no.in_(numbers)))
    rows = [
        {
            "root_id": root_id, "run": run, "task_no": one.task_no, "element": one.element_id, "due_at": one.due,
            "wake_at": one.due, "attempts": 0, "last_error": None,
        }
        for one in armed
    ]  # fmt: skip
    if rows:
        unit.connection.execute(timer.insert(), rows)


def due_runs(connection: Connection, now: datetime, limit: int) -> list[DueRun]:
    """Return the runs with timers to be looked at by ``now`` (UTC), without locking them.

    The timers that have waited longest are looked up by their index first and gathered by run then, so that those
    which are not due cost nothing, however many they are.
    """
    first = (
        sa.select(timer.c.root_id, timer.c.run, timer.c.due_at, timer.c.wake_at)
        .where(timer.c.wake_at <= now)
        .order_by(timer.c.wake_at)
        .limit(limit * TIMERS_OF_A_RUN)
        .subquery()
    )
    query = (
        sa.select(first.c.root_id, first.c.run, sa.func.min(first.c.due_at))
        .group_by(first.c.root_id, first.c.run)
        .order_by(sa.func.min(first.c.wake_at))
        .limit(limit)
    )
    return [DueRun(*row) for row in connection.execute(query)]


def next_timer(connection: Connection) -> datetime | None:
    """Return the earliest instant (UTC) at which a timer wants to be looked at, or None."""
    query = sa.select(timer.c.wake_at).order_by(timer.c.wake_at).limit(1)
    return connection.execute(query).scalar_one_or_none()


def any_due(unit: Unit, root_id: str, run: int) -> bool:
    """Tell whether a timer of the run, whose root the unit holds locked, is due now."""
    due = sa.select(timer.c.task_no).where(_of_run(root_id, run), timer.c.due_at <= unit.now).limit(1)
    return unit.connection.execute(due).first() is not None


def put_off(unit: Unit, root_id: str, run: int, error: str) -> bool:
    """Note a failed try on the timers that are due; their instants stay, only the next look moves.

    Returns True once, when it has failed so often that somebody must be told.
    """
    late = _of_run(root_id, run) & (timer.c.due_at <= unit.now)
    attempts = 1 + (unit.connection.execute(sa.select(sa.func.max(timer.c.attempts)).where(late)).scalar_one() or 0)
    pause = timedelta(seconds=min(3600, 2**attempts))
    unit.connection.execute(
        timer.update().where(late).values(attempts=attempts, last_error=error[:2000], wake_at=unit.now + pause)
    )
    return bool(attempts == MAX_ATTEMPTS)


def failing(connection: Connection, root_id: str, run: int, now: datetime) -> list[TimerRow]:
    """Return the timers of the run, due at ``now`` (UTC), that were tried in vain so often that it is an incident."""
    late = _of_run(root_id, run) & (timer.c.due_at <= now) & (timer.c.attempts >= MAX_ATTEMPTS)
    query = sa.select(timer).where(late).order_by(timer.c.task_no)
    return [TimerRow(*row) for row in connection.execute(query)]


def waking(connection: Connection, root_ids: Iterable[str]) -> dict[tuple[str, int, int], datetime]:
    """Return when the sweeper looks again (UTC) at each timer of the roots, by root, run and number."""
    query = sa.select(timer.c.root_id, timer.c.run, timer.c.task_no, timer.c.wake_at)
    found = connection.execute(query.where(timer.c.root_id.in_(list(root_ids))))
    return {(row.root_id, row.run, row.task_no): row.wake_at for row in found}


def look_again(unit: Unit, root_id: str, run: int, task_no: int) -> bool:
    """Let the sweeper look at a due timer at once; return False when it waits no longer."""
    again = timer.update().where(_of_run(root_id, run), timer.c.task_no == task_no, timer.c.due_at <= unit.now)
    return unit.connection.execute(again.values(wake_at=unit.now)).rowcount == 1


def timers_of(connection: Connection, root_id: str) -> list[TimerRow]:
    """Return the armed timers of a root."""
    query = sa.select(timer).where(timer.c.root_id == root_id).order_by(timer.c.run, timer.c.task_no)
    return [TimerRow(*row) for row in connection.execute(query)]


def _of_run(root_id: str, run: int) -> sa.ColumnElement[bool]:
    return (timer.c.root_id == root_id) & (timer.c.run == run)
