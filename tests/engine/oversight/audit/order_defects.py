"""Defects of orders of supervision, and the closed order into which they are seeded (test_defects.py)."""

from __future__ import annotations

from collections.abc import Mapping

from engine.oversight.orders.commands import AnswerOrder, CloseOrder, IssueOrder
from tests.support.house import House

ORDER_DEFECTS: Mapping[str, tuple[str, str, str]] = {
    "an order of supervision is gone": ("I7.order_gone", "没有登记", "DELETE FROM supervision_order"),
    "an order of supervision tells another state":
    ("I7.order_state", "状态与过程记录不符", "UPDATE supervision_order SET state = 'withdrawn'"),
    "an order was closed without an answer": ("I7.order_answer", "答复或者结果", "DELETE FROM order_answer"),
    "a closed order is still waited for":
    ("I4.order", "答复期限仍在计时", "UPDATE clock SET state = 'running' WHERE kind = 'order'"),
}  # fmt: skip
"""By what happened: the rule that tells it, words of its sentence, and how it is done."""


def order_closed(house: House, case_no: str) -> None:
    """Issue an order on a case of market, let it be answered, and close it."""
    order = str(house.execute("S51", IssueOrder(case_no=case_no, content="请尽快安排核查"))["id"])
    house.execute("D12", AnswerOrder(id=order, text="已安排核查"))
    house.execute("S51", CloseOrder(id=order, result="已按要求完成"))
