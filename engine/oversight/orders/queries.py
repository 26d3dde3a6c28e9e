"""Rows of orders and answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.unit import Actor, Unit
from engine.oversight.orders.rules import seen_departments
from engine.oversight.orders.tables import order_answer, supervision_order

MOST = 10_000
"""A list is counted as far as this."""


@dataclass(frozen=True)
class Order:
    """An order of supervision (times UTC)."""

    id: str
    root_id: str
    number: str
    clock_id: str | None
    rule_no: str | None
    due: str | None
    level: str
    content: str
    department: str
    issued_at: datetime
    issued_by: str
    response_clock: str
    state: str
    state_at: datetime
    result: str = ""
    ended_by: str | None = None


@dataclass(frozen=True)
class Answer:
    """What the department answered, and why another answer was wanted."""

    root_id: str
    order_id: str
    number: int
    text: str
    promised_on: date | None
    account: str
    person: str
    at: datetime
    sent_back: str | None = None
    sent_back_by: str | None = None
    sent_back_at: datetime | None = None


def put_order(unit: Unit, order: Order) -> None:
    """Insert an order."""
    unit.connection.execute(supervision_order.insert().values(**vars(order)))


def set_order(unit: Unit, id: str, **values: Any) -> None:
    """Set columns of an order."""
    unit.connection.execute(supervision_order.update().where(supervision_order.c.id == id).values(**values))


def order_of(connection: Connection, id: str) -> Order | None:
    """Return an order, or None."""
    row = connection.execute(sa.select(supervision_order).where(supervision_order.c.id == id)).one_or_none()
    return None if row is None else Order(*row)


def order_for(connection: Connection, clock_id: str, rule_no: str, due: str) -> Order | None:
    """Return the automatic order about a clock, a rule and a due date, or None."""
    mine = supervision_order.c
    query = sa.select(supervision_order).where(mine.clock_id == clock_id, mine.rule_no == rule_no, mine.due == due)
    row = connection.execute(query).one_or_none()
    return None if row is None else Order(*row)


def order_of_clock(connection: Connection, response_clock: str) -> Order | None:
    """Return the order that is to be answered within ``response_clock``, or None."""
    root_id = response_clock.rsplit(":", 2)[0]
    return next((one for one in orders_of(connection, root_id) if one.response_clock == response_clock), None)


def orders_of(connection: Connection, root_id: str) -> list[Order]:
    """Return the orders on a case, oldest first."""
    query = sa.select(supervision_order).where(supervision_order.c.root_id == root_id)
    return [Order(*row) for row in connection.execute(query.order_by(supervision_order.c.id))]


def orders_for(
    connection: Connection, actor: Actor, *, state: str = "", department: str = "", offset: int = 0, limit: int = 20
) -> tuple[list[Order], int]:
    """Return a page of the orders that the actor sees, newest first, and how many there are (at most ``MOST + 1``)."""
    query = sa.select(supervision_order).where(*_chosen(actor, state, department))
    total = connection.execute(sa.select(sa.func.count()).select_from(query.limit(MOST + 1).subquery())).scalar_one()
    newest = query.order_by(supervision_order.c.issued_at.desc(), supervision_order.c.id.desc())
    rows = connection.execute(newest.offset(offset).limit(limit))
    return [Order(*row) for row in rows], int(total)


def count_orders(connection: Connection, actor: Actor) -> Mapping[str, int]:
    """Return how many orders that the actor sees are in each open state."""
    state = supervision_order.c.state
    query = sa.select(state, sa.func.count()).where(*_chosen(actor, "", ""), state.in_(("issued", "answered")))
    found = {row[0]: int(row[1]) for row in connection.execute(query.group_by(state))}
    return {"issued": 0, "answered": 0, **found}


def count_to_answer(connection: Connection, places: Iterable[str]) -> int:
    """Return how many orders wait for an answer of ``places`` (department keys)."""
    mine = supervision_order.c
    query = sa.select(sa.func.count()).where(mine.state == "issued", mine.department.in_(sorted(places)))
    return int(connection.execute(query).scalar_one())


def put_answer(unit: Unit, answer: Answer) -> None:
    """Insert an answer."""
    unit.connection.execute(order_answer.insert().values(**vars(answer)))


def set_answer(unit: Unit, order_id: str, number: int, **values: Any) -> None:
    """Set columns of an answer."""
    mine = (order_answer.c.order_id == order_id) & (order_answer.c.number == number)
    unit.connection.execute(order_answer.update().where(mine).values(**values))


def answers_of(connection: Connection, order_id: str) -> list[Answer]:
    """Return the answers to an order in the order they were given."""
    query = sa.select(order_answer).where(order_answer.c.order_id == order_id).order_by(order_answer.c.number)
    return [Answer(*row) for row in connection.execute(query)]


def _chosen(actor: Actor, state: str, department: str) -> list[sa.ColumnElement[bool]]:
    mine, seen = supervision_order.c, seen_departments(actor)
    chosen: list[sa.ColumnElement[bool]] = []
    if seen is not None:
        chosen.append(mine.department.in_(sorted(seen)))
    if state:
        chosen.append(mine.state == state)
    if department:
        chosen.append(mine.department == department)
    return chosen
