"""咨询部门 (4.2.4): the window asks, the department answers within its working day, overdue days are counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deadlines.law.instants import legal_due_at
from engine.casework.cases.queries import next_number, visible_case
from engine.casework.counselling import queries
from engine.casework.counselling.commands import AnswerConsultation, AskDepartment
from engine.casework.counselling.queries import Consultation
from engine.casework.counselling.rules import (
    ConsultationAnswered,
    ConsultationMissing,
    NotYourDepartment,
    checked_texts,
)
from engine.foundation.clock import city_date
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Actor, Unit
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.ledgers import open_clock, stop_clock
from engine.process.clocks.queries import ClockRow, DeadlineRow, arm
from engine.process.clocks.rules import Terms
from engine.process.tasks.messages.queries import Receiver, post
from engine.process.tasks.notifications.queries import notify
from engine.registry.identity.queries import names_of
from engine.registry.identity.rules import scope_of
from engine.registry.organisation.queries import CENTER, department_named, departments
from engine.registry.policies.queries import policy_named

CLOCK = "consult"

ASKED = tag("consultation.asked", "咨询{department_name}：{title}，{due} 前答复")
ANSWERED = tag("consultation.answered", "{department_name}答复咨询，超期 {overdue} 个工作日")
OVERDUE = tag("consultation.overdue", "咨询超期未答复，催办{department_name}")
CASE_ASKED = tag("case.consultation_asked", "就本件咨询{department_name}：{title}（{number}）")
CASE_ANSWERED = tag("case.consultation_answered", "{department_name}答复本件的咨询（{number}）")


def ask(command: AskDepartment, unit: Unit) -> Mapping[str, Any]:
    """Ask a department, alone or about a case in the actor's scope; its working day begins.

    Raises InvalidFields, CaseMissing.
    """
    known = departments(unit.connection)
    foreign = command.department not in known or command.department in (CENTER, "regulator")
    said = checked_texts(
        {"department": "请选择接受咨询的业务主管部门"} if foreign else {},
        title=(command.title, "咨询标题", 100), content=(command.content, "咨询内容", 1000),
    )  # fmt: skip
    title = said["title"]
    case = visible_case(unit.connection, command.case_no, scope_of(unit.actor)) if command.case_no else None
    today = city_date(unit.now)
    number = f"ZX{today:%Y%m%d}{next_number(unit, 'consultation', today):04d}"
    root_id = unit.create_root(f"consultation:{number}", "consultation", parent=case.root_id if case else None).id
    terms = Terms(CLOCK, today, policy_named(unit.connection, CLOCK).value, "wd")
    calendar = unit.part(Calendars).current(unit.connection)
    due_on = calendar.add(today, terms.quota).date
    queries.put_consultation(
        unit, root_id, case_root=case.root_id if case else None, department=command.department, due_on=due_on,
        **said,
    )  # fmt: skip
    name = known[command.department].name
    unit.record(ASKED, root_id, department=command.department, department_name=name, title=title,
                due=due_on.isoformat(), private={"content": said["content"]})  # fmt: skip
    arm_again(unit, open_clock(unit, root_id, terms))
    if case is not None:
        unit.record(CASE_ASKED, case.root_id, department_name=name, title=title, number=number)
    for role in ("dept_reviewer", "dept_head"):
        sentence = f"综合窗口咨询：{title}（{number}），请在 {due_on} 前答复。"
        notify(unit, root_id, role, command.department, "consultation", sentence)
    return {"number": number}


def arm_again(unit: Unit, row: ClockRow) -> None:
    """Arm what the room wants to hear of its clock, and keep the date with the question; again when the date moves."""
    if row.due_on is not None:
        queries.set_consultation(unit, row.root_id, due_on=row.due_on)
        arm(unit, row, "overdue", legal_due_at(row.due_on))


def answer(command: AnswerConsultation, unit: Unit) -> Mapping[str, Any]:
    """Answer for the department; the days overdue are kept (T046).

    Raises ConsultationMissing, ConsultationAnswered, NotYourDepartment, InvalidFields.
    """
    found = _find(unit, command.number)
    refuse_foreign(unit, unit.actor, found.department)
    if found.answered_at is not None:
        names = names_of(unit.connection, {found.answered_by or ""})
        raise ConsultationAnswered(number=found.number, who=names.get(found.answered_by or "", ""))
    text = checked_texts(answer=(command.answer, "答复", 2000))["answer"]
    overdue = days_overdue(unit, found)
    queries.set_consultation(
        unit, found.root_id, answer=text, answered_by=unit.actor.account, answered_at=unit.now, overdue_days=overdue
    )
    name = department_named(unit.connection, found.department).name
    unit.record(ANSWERED, found.root_id, department_name=name, overdue=overdue, private={"answer": text})
    stop_clock(unit, found.root_id, CLOCK, city_date(unit.now))
    post(unit, found.root_id, Receiver(account=found.asked_by), f"{name}已答复咨询 {found.number}：{text[:200]}")
    if found.case_root:
        unit.lock(found.case_root)
        unit.record(CASE_ANSWERED, found.case_root, department_name=name, number=found.number)
    return {"number": found.number, "overdue_days": overdue}


def days_overdue(view: Any, found: Consultation) -> int:
    """Return the working days by which the answer is late, as of now or of the answer; 0 within the day."""
    if found.answered_at is not None:
        return found.overdue_days
    today = city_date(view.now)
    calendar = view.part(Calendars).current(view.connection)
    return int(calendar.count(found.due_on, today)) if today > found.due_on else 0


def overdue(unit: Unit, due: DeadlineRow) -> None:
    """Remind the department's reviewers and head, and tell who asked."""
    found = queries.consultation_by_root(unit.connection, due.root_id)
    if found is None or found.answered_at is not None:
        return
    name = department_named(unit.connection, found.department).name
    unit.record(OVERDUE, due.root_id, department_name=name)
    for role in ("dept_reviewer", "dept_head"):
        sentence = f"咨询单 {found.number}“{found.title}”已超期，请尽快答复。"
        notify(unit, due.root_id, role, found.department, "consultation_overdue", sentence)
    post(unit, due.root_id, Receiver(account=found.asked_by), f"{name}未按期答复咨询 {found.number}，已催办。")


def refuse_foreign(unit: Unit, actor: Actor, department: str) -> None:
    """Raise NotYourDepartment unless the actor reviews or decides for ``department``."""
    if department not in actor.departments("dept_reviewer", "dept_head"):
        raise NotYourDepartment(department=department_named(unit.connection, department).name)


def _find(unit: Unit, number: str) -> Consultation:
    found = queries.consultation_by_root(unit.connection, f"consultation:{number}")
    if found is None or not scope_of(unit.actor).covers(found.department):
        raise ConsultationMissing(number=number[:20])
    return found
