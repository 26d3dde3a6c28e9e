"""I7: an order of supervision is as its case's journal tells it, and none is closed without an answer."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.engine import Connection

from engine.foundation.journal.queries import Line
from engine.oversight.orders.handlers import ANSWERED, CLOSED, ISSUED, SENT_BACK, WITHDRAWN
from engine.oversight.orders.queries import Order, answers_of, orders_of
from engine.oversight.orders.rules import OPEN
from engine.process.clocks.queries import clocks_of

Told = tuple[str, str]
"""The rule that does not hold, and what is wrong in words."""

STATE_AFTER = {ISSUED: "issued", ANSWERED: "answered", SENT_BACK: "issued", CLOSED: "closed", WITHDRAWN: "withdrawn"}
"""The state of an order after a line of its case's journal."""


def order_faults(connection: Connection, root_id: str, lines: list[Line]) -> Iterator[Told]:
    """Yield rule and sentence for each order of a case that its journal, its answers or its clock contradict."""
    orders = orders_of(connection, root_id)
    said = [line for line in lines if line.type in STATE_AFTER]
    if not orders and not said:
        return
    states = {line.data["order"]: STATE_AFTER[line.type] for line in said}
    running = {row.id for row in clocks_of(connection, root_id) if row.state in ("running", "paused")}
    for id in sorted(states.keys() - {one.id for one in orders}):
        yield "I7.order_gone", f"督办单 {id} 有过程记录，但没有登记"
    for order in orders:
        if states.get(order.id) != order.state:
            yield "I7.order_state", f"督办单 {order.number} 的状态与过程记录不符"
        answered = sum(1 for line in said if line.type == ANSWERED and line.data["order"] == order.id)
        given = answers_of(connection, order.id)
        if len(given) != answered or (order.state == "closed" and not _taken(order, len(given))):
            yield "I7.order_answer", f"督办单 {order.number} 的答复或者结果与过程记录不符"
        if order.state not in OPEN and order.response_clock in running:
            yield "I4.order", f"督办单 {order.number} 已经结束，答复期限仍在计时"


def _taken(order: Order, answers: int) -> bool:
    """Whether a closed order has what it was closed with."""
    return answers > 0 and bool(order.result)
