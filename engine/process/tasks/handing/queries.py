"""Rows of delegations."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.unit import Actor, Unit
from engine.process.tasks.handing.rules import Delegation
from engine.process.tasks.handing.tables import delegation
from engine.process.tasks.notifications.queries import notify_account
from engine.process.tasks.rules import Task
from engine.process.tasks.tables import task

_OPEN = delegation.c.state == sa.literal_column("'open'")


def delegations_of(connection: Connection, task_id: str) -> list[Delegation]:
    """Return who was asked to prepare the task, in order, those that are over too."""
    query = sa.select(delegation).where(delegation.c.task_id == task_id).order_by(delegation.c.number)
    return [Delegation(*row) for row in connection.execute(query)]


def delegated_to(connection: Connection, account: str, *, limit: int = 200) -> list[Delegation]:
    """Return what the account was asked to prepare and has not handed back, oldest first."""
    query = sa.select(delegation).join(task, task.c.id == delegation.c.task_id).where(*_asked(account))
    query = query.order_by(delegation.c.at, delegation.c.task_id).limit(limit)
    return [Delegation(*row) for row in connection.execute(query)]


def count_delegated(account: str) -> sa.ScalarSelect[int]:
    """Count, inside a statement, what the account was asked to prepare and has not handed back."""
    both = delegation.join(task, task.c.id == delegation.c.task_id)
    return sa.select(sa.func.count()).select_from(both).where(*_asked(account)).scalar_subquery()


def put_delegation(unit: Unit, one: Task, number: int, other: Actor, text: str) -> None:
    """Ask ``other`` to prepare the task for the actor."""
    values = {
        "root_id": one.root_id, "task_id": one.id, "number": number, "delegator": unit.actor.account,
        "delegate": other.account, "person": other.person, "text": text, "at": unit.now, "state": "open",
    }  # fmt: skip
    unit.connection.execute(delegation.insert().values(**values))
    _prepared_by(unit, one.id, other.account)


def close_delegation(unit: Unit, one: Delegation, state: str, note: str = "") -> None:
    """End a delegation as ``state``; nobody prepares the task then, until :func:`lies_with` says who does."""
    mine = (delegation.c.task_id == one.task_id) & (delegation.c.number == one.number)
    unit.connection.execute(delegation.update().where(mine).values(state=state, ended_at=unit.now, note=note))


def lies_with(unit: Unit, task_id: str, account: str | None) -> None:
    """Note who prepares the task now: a delegate further out, or nobody."""
    _prepared_by(unit, task_id, account)


def end_delegations(unit: Unit, one: Task) -> None:
    """End every open delegation of a task that has gone into other hands, and tell who was preparing it."""
    for row in delegations_of(unit.connection, one.id):
        if row.state == "open":
            close_delegation(unit, row, "ended")
            sentence = f"“{one.name}”已不在委派人手中，委派随之结束，不用再准备。"
            notify_account(unit, one.root_id, row.delegate, one.role, one.department, "delegation_ended", sentence)


def _prepared_by(unit: Unit, task_id: str, account: str | None) -> None:
    unit.connection.execute(task.update().where(task.c.id == task_id).values(delegate=account))


def _asked(account: str) -> tuple[sa.ColumnElement[bool], ...]:
    return _OPEN, delegation.c.delegate == account, task.c.state == sa.literal_column("'open'")
