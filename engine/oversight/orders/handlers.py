"""督办 (4.1.8): an order is issued on a case, answered within its days, closed by another person than answered it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.casework.cases.queries import cases_by_root, next_number, visible_case
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.commands import Command, Handler
from engine.foundation.store.unit import Unit
from engine.oversight.orders import queries, rules
from engine.oversight.orders.commands import AnswerOrder, CloseOrder, IssueOrder, SendBackAnswer, WithdrawOrder
from engine.oversight.orders.queries import Answer, Order
from engine.process.clocks.arming import due_text
from engine.process.clocks.ledgers import clock_named, open_clock, stop_row
from engine.process.clocks.queries import ClockRow, DeadlineRow, clocks_of
from engine.process.clocks.rules import Terms
from engine.process.clocks.yearly.recomputing import up_to_date
from engine.process.tasks.notifications.queries import notify
from engine.process.tasks.queries import departments_at
from engine.process.tasks.registry import View
from engine.registry.identity.rules import scope_of
from engine.registry.organisation.queries import CENTER, department_named
from engine.registry.policies.queries import figure

ISSUED = tag("order.issued", "发出督办单 {number}，由{party}于 {respond_by} 前答复")
ANSWERED = tag("order.answered", "{party}答复督办单 {number}")
SENT_BACK = tag("order.sent_back", "退回对督办单 {number} 的答复，由{party}于 {respond_by} 前重新答复")
CLOSED = tag("order.closed", "办结督办单 {number}")
WITHDRAWN = tag("order.withdrawn", "撤回督办单 {number}")
UNANSWERED = tag("order.unanswered", "督办单 {number} 逾期未答复：应于 {respond_by} 前答复")

LINES = (ISSUED, ANSWERED, SENT_BACK, CLOSED, WITHDRAWN, UNANSWERED)
"""Every line that a case's journal has about an order."""

ROLE_OF = {CENTER: "center_head"}
"""Who answers where it is not the head of a department."""


@dataclass(frozen=True)
class _New:
    """What an order is issued with."""

    root_id: str
    department: str
    content: str
    level: str = rules.BY_HAND
    clock_id: str | None = None
    rule_no: str | None = None
    due: str | None = None


def issue(command: IssueOrder, unit: Unit) -> Mapping[str, Any]:
    """Issue an order on a case in work; raise CaseMissing, OrderOfClosedCase, InvalidFields.

    The head of the department is told and has the days of the policy ``supervision_order`` (working days, 拟).
    """
    case = visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    if case.outcome is not None:
        raise rules.OrderOfClosedCase(case_no=case.case_no)
    content = rules.checked_text("content", "督办内容", command.content)
    party = command.department or case.department
    if party not in parties_of(unit, case.root_id, case.department):
        raise InvalidFields({"department": "请选择本件的办理部门，或者综合窗口"})
    clock = command.clock or None
    if clock is not None and all(row.id != clock for row in clocks_of(unit.connection, case.root_id)):
        raise InvalidFields({"clock": "请选择本件的一个时限"})
    return {"id": _issue(unit, _New(case.root_id, party, content, clock_id=clock)).id}


def issue_automatically(unit: Unit, event: Any) -> None:
    """Issue the order that the ladder of alarms asks for, once for a clock, a rule and a due date.

    Nothing is ordered about a root that is no case in work.
    """
    said = event.data
    rule_no, due = str(said["rule"]), str(said["due"])
    case = cases_by_root(unit.connection, [event.root]).get(event.root)
    if case is None or case.outcome is not None:
        return
    if queries.order_for(unit.connection, said["clock"], rule_no, due) is not None:
        return
    content = rules.automatic_content(said["title"], due)
    level = said["level"] if said["level"] in rules.LEVELS else rules.BY_HAND
    _issue(unit, _New(event.root, case.department, content, level, said["clock"], rule_no, due))


def answer(command: AnswerOrder, unit: Unit) -> Mapping[str, Any]:
    """Keep the answer and stop its clock; raise OrderMissing, OrderSettled, OrderOfOtherPlace, InvalidFields."""
    order = _locked(unit, command.id)
    if not rules.may_answer_for(unit.actor, order.department):
        raise rules.OrderOfOtherPlace(number=order.number, department=_party(unit, order.department))
    _refuse_unless(order, "issued")
    text = rules.checked_text("text", "答复", command.text)
    promised = rules.checked_promise(command.promised_on, city_date(unit.now))
    place = len(queries.answers_of(unit.connection, order.id)) + 1
    who = unit.actor
    given = Answer(order.root_id, order.id, place, text, promised, who.account, who.person, unit.now)
    queries.put_answer(unit, given)
    queries.set_order(unit, order.id, state="answered", state_at=unit.now)
    _stop(unit, order)
    day = None if promised is None else promised.isoformat()
    unit.record(ANSWERED, order.root_id, order=order.id, number=order.number, party=_party(unit, order.department),
                promised_on=day, private={"text": text})  # fmt: skip
    sentence = f"督办单 {order.number} 已由{_party(unit, order.department)}答复，请核对后办结或者退回。"
    notify(unit, order.root_id, "supervisor", CENTER, "order", sentence)
    return {"id": order.id}


def close(command: CloseOrder, unit: Unit) -> Mapping[str, Any]:
    """Close an answered order with its result; raise OrderMissing, OrderSettled, OwnAnswer, InvalidFields."""
    order = _judged(unit, command.id)
    result = rules.checked_text("result", "结果描述", command.result)
    _end(unit, order, "closed", result)
    unit.record(CLOSED, order.root_id, order=order.id, number=order.number, private={"result": result})
    _tell_party(unit, order, f"督办单 {order.number} 已办结。")
    return {"id": order.id}


def send_back(command: SendBackAnswer, unit: Unit) -> Mapping[str, Any]:
    """Ask for another answer within the same days anew; raise OrderMissing, OrderSettled, OwnAnswer, InvalidFields."""
    order = _judged(unit, command.id)
    reason = rules.checked_text("reason", "退回的理由", command.reason)
    last = queries.answers_of(unit.connection, order.id)[-1]
    queries.set_answer(
        unit, order.id, last.number, sent_back=reason, sent_back_by=unit.actor.account, sent_back_at=unit.now
    )
    clock = _start(unit, order.root_id)
    queries.set_order(unit, order.id, state="issued", state_at=unit.now, response_clock=clock.id)
    party, by = _party(unit, order.department), due_text(clock)
    unit.record(SENT_BACK, order.root_id, order=order.id, number=order.number, party=party, respond_by=by,
                private={"reason": reason})  # fmt: skip
    _tell_party(unit, order, f"对督办单 {order.number} 的答复被退回，请于 {by} 前重新答复。")
    return {"id": order.id}


def withdraw(command: WithdrawOrder, unit: Unit) -> Mapping[str, Any]:
    """Take back an order that is not closed; raise OrderMissing, OrderSettled, OwnAnswer, InvalidFields."""
    order = _locked(unit, command.id)
    _refuse_unless(order, *rules.OPEN)
    _refuse_own_answer(unit, order)
    reason = rules.checked_text("reason", "撤回的理由", command.reason)
    _end(unit, order, "withdrawn", reason)
    _stop(unit, order)
    unit.record(WITHDRAWN, order.root_id, order=order.id, number=order.number, private={"reason": reason})
    _tell_party(unit, order, f"督办单 {order.number} 已撤回，不需要答复。")
    return {"id": order.id}


def overdue(unit: Unit, due: DeadlineRow) -> None:
    """Tell the head of the centre, the supervisor and the department that an order was not answered in time."""
    order = queries.order_of_clock(unit.connection, due.clock_id)
    if order is None or order.state != "issued":
        return
    by = due_text(clock_named(unit.connection, due.clock_id))
    unit.record(UNANSWERED, order.root_id, order=order.id, number=order.number, respond_by=by)
    sentence = f"督办单 {order.number} 应于 {by} 前答复，{_party(unit, order.department)}尚未答复。"
    for role in ("center_head", "supervisor"):
        notify(unit, order.root_id, role, CENTER, "overdue", sentence)
    if order.department != CENTER:
        _tell_party(unit, order, sentence)


def known_order(view: View, id: str) -> Order:
    """Return an order that the reader sees; raise :class:`OrderMissing`."""
    found = queries.order_of(view.connection, id[:20])
    seen = rules.seen_departments(view.actor)
    if found is None or not (seen is None or found.department in seen):
        raise rules.OrderMissing(id=id[:20])
    return found


def parties_of(view: View | Unit, root_id: str, department: str) -> list[str]:
    """Return whom an order on a case may be for: who handles it, who is or was asked (6.2.2), and the windows."""
    others = departments_at(view.connection, root_id) - {department, CENTER}
    return [department, *sorted(others), CENTER]


def _issue(unit: Unit, new: _New) -> Order:
    year = city_date(unit.now).year
    # One series for a year: it is kept under the year's first day.
    id, number = rules.number_of(year, next_number(unit, "supervision_order", date(year, 1, 1)))
    clock = _start(unit, new.root_id)
    order = Order(
        id=id, root_id=new.root_id, number=number, clock_id=new.clock_id, rule_no=new.rule_no, due=new.due,
        level=new.level, content=new.content, department=new.department, issued_at=unit.now,
        issued_by=unit.actor.account, response_clock=clock.id, state="issued", state_at=unit.now,
    )  # fmt: skip
    queries.put_order(unit, order)
    by = due_text(clock)
    unit.record(ISSUED, new.root_id, order=id, number=number, level=new.level, clock=new.clock_id, rule=new.rule_no,
                department=new.department, party=_party(unit, new.department), respond_by=by,
                private={"content": new.content})  # fmt: skip
    _tell_party(unit, order, f"收到督办单 {number}，请于 {by} 前答复。")
    if unit.actor.has("system"):
        notify(unit, new.root_id, "supervisor", CENTER, "order", f"已自动发出督办单 {number}。")
    return order


def _start(unit: Unit, root_id: str) -> ClockRow:
    days = figure(unit.connection, rules.FIGURE)
    return open_clock(unit, root_id, Terms(rules.CLOCK, city_date(unit.now), days, "wd", act_when_due=True))


def _stop(unit: Unit, order: Order) -> None:
    up_to_date(unit, order.root_id)
    for row in clocks_of(unit.connection, order.root_id):
        if row.id == order.response_clock and row.state in ("running", "paused"):
            stop_row(unit, row, city_date(unit.now))


def _end(unit: Unit, order: Order, state: str, result: str) -> None:
    queries.set_order(
        unit, order.id, state=state, state_at=unit.now, result=result, ended_by=unit.actor.account
    )


def _locked(unit: Unit, id: str) -> Order:
    """Return the order with its case locked, as it stands then."""
    unit.lock(known_order(unit, id).root_id)
    return known_order(unit, id)


def _judged(unit: Unit, id: str) -> Order:
    order = _locked(unit, id)
    _refuse_unless(order, "answered")
    _refuse_own_answer(unit, order)
    return order


def _refuse_own_answer(unit: Unit, order: Order) -> None:
    if any(one.person == unit.actor.person for one in queries.answers_of(unit.connection, order.id)):
        raise rules.OwnAnswer(number=order.number)


def _refuse_unless(order: Order, *states: str) -> None:
    if order.state not in states:
        raise rules.OrderSettled(number=order.number, state=rules.STATES[order.state])


def _tell_party(unit: Unit, order: Order, sentence: str) -> None:
    notify(unit, order.root_id, ROLE_OF.get(order.department, "dept_head"), order.department, "order", sentence)


def _party(unit: Unit, department: str) -> str:
    return "综合窗口" if department == CENTER else department_named(unit.connection, department).name


HANDLERS: Mapping[type[Command], Handler] = {
    IssueOrder: issue,
    AnswerOrder: answer,
    CloseOrder: close,
    SendBackAnswer: send_back,
    WithdrawOrder: withdraw,
}
"""The commands about orders."""
