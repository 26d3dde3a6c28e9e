"""呼叫部门 (4.2.4 委托收件, 6.1.7 预审辅导): the window calls, the department answers, the minutes are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases.queries import next_number, visible_case
from engine.casework.counselling import queries
from engine.casework.counselling.commands import AnswerCall, CallDepartment
from engine.casework.counselling.consultations import refuse_foreign
from engine.casework.counselling.rules import (
    PURPOSES,
    WAYS,
    CallAnswered,
    CallMissing,
    NotEntrusted,
    PurposeUnknown,
    response_minutes,
)
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.clocks.ledgers import open_hour_clock, stop_clock
from engine.process.clocks.queries import DeadlineRow
from engine.process.clocks.rules import HourTerms
from engine.process.tasks.messages.queries import Receiver, post
from engine.process.tasks.notifications.queries import notify
from engine.registry.identity.queries import names_of
from engine.registry.identity.rules import scope_of
from engine.registry.items.queries import current_item, item_at
from engine.registry.organisation.queries import department_named
from engine.registry.policies.queries import figure

CLOCK = "entrusted_call"

CALLED = tag("call.made", "{purpose_name}：呼叫{department_name}")
ANSWERED = tag("call.answered", "{department_name}回应：{way_name}，用时 {minutes} 分钟")
OVERDUE = tag("call.overdue", "呼叫 {hours} 个工作小时未回应，催办{department_name}")
CASE_CALLED = tag("case.department_called", "呼叫{department_name}（{purpose_name}，{number}）")
CASE_ANSWERED = tag("case.call_answered", "{department_name}回应呼叫：{way_name}，用时 {minutes} 分钟")


def call(command: CallDepartment, unit: Unit) -> Mapping[str, Any]:
    """Call the department of an item, from the intake or for a case; its minutes are counted from now.

    Raises PurposeUnknown, ItemUnknown, CaseMissing, and NotEntrusted for an item that the window receives itself.
    """
    if command.purpose not in PURPOSES:
        raise PurposeUnknown
    case = visible_case(unit.connection, command.case_no, scope_of(unit.actor)) if command.case_no else None
    item = item_at(unit.connection, case.item_digest) if case else current_item(unit.connection, command.item_code)[1]
    if command.purpose == "entrusted" and item.intake_mode != "entrusted":
        raise NotEntrusted(name=item.name)
    today = city_date(unit.now)
    number = f"HJ{today:%Y%m%d}{next_number(unit, 'call', today):04d}"
    root_id = unit.create_root(f"call:{number}", "call", parent=case.root_id if case else None).id
    queries.put_call(
        unit, root_id, purpose=command.purpose, case_root=case.root_id if case else None, item_code=item.code,
        department=item.department, request=command.request.strip()[:500],
    )  # fmt: skip
    name, told = department_named(unit.connection, item.department).name, PURPOSES[command.purpose]
    hours = figure(unit.connection, "call_hours")
    told_late = (("dept_reviewer", item.department), ("dept_head", item.department))
    open_hour_clock(unit, root_id, HourTerms(CLOCK, unit.now, hours, overdue=told_late))
    unit.record(CALLED, root_id, purpose=command.purpose, purpose_name=told, department=item.department,
                department_name=name, item=item.code)  # fmt: skip
    if case is not None:
        unit.record(CASE_CALLED, case.root_id, purpose_name=told, department_name=name, number=number)
    for role in ("dept_reviewer", "dept_head"):
        sentence = f"综合窗口呼叫（{told}）：{item.name}，请到现场或以电话、网络回应（{number}）。"
        notify(unit, root_id, role, item.department, "department_call", sentence)
    return {"number": number}


def answer(command: AnswerCall, unit: Unit) -> Mapping[str, Any]:
    """Answer a call by one of the three ways; the minutes since the call are kept for the assessment (T047, T078).

    Raises CallMissing, CallAnswered, NotYourDepartment, InvalidFields.
    """
    found = queries.call_by_root(unit.connection, f"call:{command.number}")
    if found is None or not scope_of(unit.actor).covers(found.department):
        raise CallMissing(number=command.number[:20])
    refuse_foreign(unit, unit.actor, found.department)
    if command.way not in WAYS:
        raise InvalidFields({"way": "请选择回应方式：到现场、电话或网络（4.2.4）"})
    if found.answered_at is not None:
        names = names_of(unit.connection, {found.answered_by or ""})
        raise CallAnswered(number=found.number, who=names.get(found.answered_by or "", ""))
    minutes = response_minutes(found.called_at, unit.now)
    queries.set_call(
        unit, found.root_id, way=command.way, answered_by=unit.actor.account, answered_at=unit.now, minutes=minutes,
        conclusion=command.conclusion.strip()[:1000] or None,
    )  # fmt: skip
    name = department_named(unit.connection, found.department).name
    told: dict[str, Any] = {"department_name": name, "way": command.way, "minutes": minutes}
    told["way_name"] = WAYS[command.way]
    unit.record(ANSWERED, found.root_id, **told)
    stop_clock(unit, found.root_id, CLOCK, city_date(unit.now))
    sentence = f"{name}回应呼叫 {found.number}：{WAYS[command.way]}，用时{minutes}分钟。"
    post(unit, found.root_id, Receiver(account=found.called_by), sentence)
    if found.case_root:
        unit.lock(found.case_root)
        unit.record(CASE_ANSWERED, found.case_root, **told)
    return {"number": found.number, "minutes": minutes}


def overdue(unit: Unit, due: DeadlineRow) -> None:
    """Remind the department's reviewers and head that the window waits, and tell who called (4.2.4 及时)."""
    found = queries.call_by_root(unit.connection, due.root_id)
    if found is None or found.answered_at is not None:
        return
    name, hours = department_named(unit.connection, found.department).name, figure(unit.connection, "call_hours")
    unit.record(OVERDUE, due.root_id, department_name=name, hours=hours)
    sentence = f"呼叫 {found.number} 已超过{hours}个工作小时未回应，请立即回应。"
    for role in ("dept_reviewer", "dept_head"):
        notify(unit, due.root_id, role, found.department, "call_overdue", sentence)
    post(unit, due.root_id, Receiver(account=found.called_by), f"{name}未回应呼叫 {found.number}，已催办。")
