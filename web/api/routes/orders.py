"""督办单: listing, reading, issuing, answering, closing, sending back, withdrawing (4.1.8)."""

from __future__ import annotations

from typing import Any

from engine.casework.cases.rules import CaseMissing
from engine.foundation.store.unit import RootMissing
from engine.oversight.orders.commands import AnswerOrder, CloseOrder, IssueOrder, SendBackAnswer, WithdrawOrder
from engine.oversight.orders.handlers import known_order
from engine.oversight.orders.queries import Answer, answers_of, orders_for
from engine.oversight.orders.rules import (
    LEVELS,
    STATES,
    OrderMissing,
    OrderOfClosedCase,
    OrderOfOtherPlace,
    OrderSettled,
    OwnAnswer,
)
from engine.registry.identity.rules import NotYourAction
from web.api.contract import Call, Operation, Parameter, Reply
from web.api.groups import COUNTED
from web.api.schema import Schema, closed, day, listed, maybe, moment, one_of, record, ref, text
from web.api.shapes.common import PAGING, coded, day_text, links, maybe_person, moment_text, named, page_json, people
from web.orders import Told, told_of

SCHEMAS: dict[str, Schema] = {
    "Order": record(
        {
            "id": text("督办单代号"), "number": text("监察编号（编号规则为本中心拟定）"), "case_no": text("办件编号"),
            "item_name": text("事项"), "department": text("责任部门代号"), "department_name": text("责任部门"),
            **coded("level", LEVELS, "预警类型"), "rule_no": maybe(text("监察规则编号")),
            "clock": maybe(text("涉及的时限的代号")), "content": text("督办内容"), "issued_at": moment("发出时间"),
            **maybe_person("issued_by", "发出人"), **coded("state", STATES, "状态"), "state_at": moment("状态产生时间"),
            "respond_by": maybe(day("答复期限；已答复的没有")), "result": text("结果描述，或者撤回的理由"),
            **maybe_person("ended_by", "办结人或者撤回人"), "answers": listed(ref("OrderAnswer")),
            "links": ref("Links"),
        },
        about="一份督办单（GB/T 39046 表 11）",
    ),
    "OrderAnswer": record(
        {
            "text": text("答复"), "promised_on": maybe(day("承诺完成的日期")), "at": moment("答复时间"),
            **maybe_person("by", "答复人"), "sent_back": maybe(text("退回的理由")),
        }
    ),
    "OrderList": record({"orders": listed(ref("Order")), "page": ref("Page")}),
    "OrderBody": closed(
        record(
            {"case_no": text("办件编号", maxLength=60), "content": text("督办内容，至少 4 个字", maxLength=2000)},
            {
                "department": text("责任部门代号；不填为办理部门，center 为综合窗口", maxLength=40),
                "clock": text("涉及的时限的代号", maxLength=120),
            },
            "发出督办单",
        )
    ),
    "OrderAnswerBody": closed(
        record(
            {"text": text("原因和已采取的措施", maxLength=2000)},
            {"promised_on": text("承诺完成的日期，如 2026-03-31", maxLength=10)},
            "答复督办单",
        )
    ),
    "OrderResultBody": closed(record({"result": text("结果描述", maxLength=2000)}, about="办结督办单")),
    "OrderReasonBody": closed(record({"reason": text("理由，至少 4 个字", maxLength=2000)}, about="退回或者撤回")),
}  # fmt: skip


def list_orders(call: Call) -> Reply:
    """Return a page of the orders that the reader sees, newest first."""
    query = call.query
    with call.door.read(call.actor, action="order.see") as view:
        found, total = orders_for(
            view.connection, view.actor, state=query["state"], department=query["department"], offset=query["offset"],
            limit=query["limit"],
        )  # fmt: skip
        answers = {one.id: answers_of(view.connection, one.id) for one in found}
        names = people(view, {who for one in found for who in (one.issued_by, one.ended_by)}
                       | {given.account for several in answers.values() for given in several})  # fmt: skip
        told = [_order_json(one, answers[one.order.id], names) for one in told_of(view, found)]
    around = page_json(call, total, "/orders", state=query["state"], department=query["department"])
    return Reply({"orders": told, "page": around})


def read_order(call: Call, number: str) -> Reply:
    """Return one order; that it was looked at is journalled."""
    told = _read(call, number)
    call.door.note_view(call.actor, f"督办单 {number[:20]}")
    return Reply(told)


def issue_order(call: Call) -> Reply:
    """Issue an order on a case in work."""
    outcome = call.door.execute(IssueOrder(**call.body), call.actor, key=call.key)
    return Reply(_read(call, outcome["id"]))


def answer_order(call: Call, number: str) -> Reply:
    """Answer an order for the department."""
    call.door.execute(AnswerOrder(id=number, **call.body), call.actor, key=call.key)
    return Reply(_read(call, number))


def close_order(call: Call, number: str) -> Reply:
    """Close an answered order."""
    call.door.execute(CloseOrder(id=number, result=call.body["result"]), call.actor, key=call.key)
    return Reply(_read(call, number))


def send_back_order(call: Call, number: str) -> Reply:
    """Ask for another answer."""
    call.door.execute(SendBackAnswer(id=number, reason=call.body["reason"]), call.actor, key=call.key)
    return Reply(_read(call, number))


def withdraw_order(call: Call, number: str) -> Reply:
    """Take an order back."""
    call.door.execute(WithdrawOrder(id=number, reason=call.body["reason"]), call.actor, key=call.key)
    return Reply(_read(call, number))


def _read(call: Call, number: str) -> dict[str, Any]:
    with call.door.read(call.actor, action="order.see") as view:
        order = known_order(view, number)
        answers = answers_of(view.connection, order.id)
        names = people(view, {order.issued_by, order.ended_by, *(one.account for one in answers)})
        [told] = told_of(view, [order])
    return _order_json(told, answers, names)


def _order_json(told: Told, answers: list[Answer], names: dict[str, str]) -> dict[str, Any]:
    one = told.order
    return {
        "id": one.id, "number": one.number, "case_no": told.case.case_no, "item_name": told.case.item_name,
        "department": one.department, "department_name": told.department, **named("level", one.level, LEVELS),
        "rule_no": one.rule_no, "clock": one.clock_id, "content": one.content,
        "issued_at": moment_text(one.issued_at), **named("issued_by", one.issued_by, names),
        **named("state", one.state, STATES), "state_at": moment_text(one.state_at),
        "respond_by": day_text(told.due.due_on if told.due else None), "result": one.result,
        **named("ended_by", one.ended_by, names),
        "answers": [
            {"text": given.text, "promised_on": day_text(given.promised_on), "at": moment_text(given.at),
             **named("by", given.account, names), "sent_back": given.sent_back}
            for given in answers
        ],
        "links": links(self=f"/orders/{one.id}"),
    }  # fmt: skip


_FIND = (
    Parameter("state", one_of({"": "不限", **STATES}), "状态", ""),
    Parameter("department", text(maxLength=40), "责任部门代号", ""),
    *PAGING,
)

_ACTING = (NotYourAction, RootMissing, OrderMissing, OrderSettled)

OPERATIONS = (
    Operation(
        "list_orders", "GET", "/v1/orders", "oversight", "督办单", list_orders, ref("OrderList"), query=_FIND,
        refusals=(NotYourAction,),
    ),
    Operation(
        "read_order", "GET", "/v1/orders/{number}", "oversight", "一份督办单", read_order, ref("Order"),
        refusals=(NotYourAction, OrderMissing),
    ),
    Operation(
        "issue_order", "POST", "/v1/orders", "oversight", "发出督办单", issue_order, ref("Order"), status=201,
        body=ref("OrderBody"), refusals=(NotYourAction, CaseMissing, RootMissing, OrderOfClosedCase, *COUNTED),
    ),
    Operation(
        "answer_order", "POST", "/v1/orders/{number}/answer", "oversight", "答复督办单", answer_order, ref("Order"),
        body=ref("OrderAnswerBody"), refusals=(*_ACTING, OrderOfOtherPlace, *COUNTED),
    ),
    Operation(
        "close_order", "POST", "/v1/orders/{number}/close", "oversight", "办结督办单", close_order, ref("Order"),
        body=ref("OrderResultBody"), refusals=(*_ACTING, OwnAnswer),
    ),
    Operation(
        "send_back_order", "POST", "/v1/orders/{number}/send-back", "oversight", "退回对督办单的答复", send_back_order,
        ref("Order"), body=ref("OrderReasonBody"), refusals=(*_ACTING, OwnAnswer, *COUNTED),
    ),
    Operation(
        "withdraw_order", "POST", "/v1/orders/{number}/withdraw", "oversight", "撤回督办单", withdraw_order,
        ref("Order"), body=ref("OrderReasonBody"), refusals=(*_ACTING, OwnAnswer, *COUNTED),
    ),
)  # fmt: skip
