"""首问负责 (4.1.7): whoever is asked first answers for it until it is answered, taken by another, or applied for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deadlines.law.instants import legal_due_at
from engine.casework.cases.queries import next_number, visible_case
from engine.casework.counselling import queries
from engine.casework.counselling.commands import AcceptContact, CloseContact, RecordContact, TransferContact
from engine.casework.counselling.queries import Contact
from engine.casework.counselling.rules import (
    ContactClosed,
    ContactMissing,
    NotOfferedToYou,
    NotTheResponder,
    TransferRefused,
    checked_texts,
)
from engine.foundation.clock import city_date
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.foundation.vault import Vault
from engine.process.clocks.calendars import Calendars
from engine.process.clocks.ledgers import open_clock, stop_clock
from engine.process.clocks.queries import ClockRow, DeadlineRow, arm
from engine.process.clocks.rules import Terms
from engine.process.tasks.messages.queries import Receiver, post
from engine.process.tasks.notifications.queries import notify
from engine.registry.identity.queries import actor_of, names_of
from engine.registry.identity.rules import may, scope_of
from engine.registry.items.queries import current_item
from engine.registry.organisation.queries import CENTER
from engine.registry.policies.queries import policy_named
from forms import checks

CLOCK = "first_contact"

RECORDED = tag("contact.recorded", "首问登记：由 {responder} 负责")
OFFERED = tag("contact.offered", "拟转交 {to}，接收前仍由 {responder} 负责")
TAKEN = tag("contact.taken", "{responder} 接收，此后由其负责")
ANSWERED = tag("contact.answered", "已答复申请对象")
APPLIED = tag("contact.applied", "已转为申请，办件编号 {case_no}")
URGED = tag("contact.urged", "超过 {days} 个工作日未办结，催办 {responder}")
ESCALATED = tag("contact.escalated", "催办后仍未办结，报监察员")


def record(command: RecordContact, unit: Unit) -> Mapping[str, Any]:
    """Register who asked what; the actor is first responder and answers for it.

    Raises InvalidFields, ItemUnknown.
    """
    phone = checks.phone(command.phone)
    wrong = {"phone": phone.sentence or "请填写联系电话"} if not phone.normal or phone.level == "error" else {}
    said = checked_texts(wrong, name=(command.name, "来访人姓名", 60), about=(command.about, "咨询内容", 1000))
    if command.item_code:
        current_item(unit.connection, command.item_code)
    today = city_date(unit.now)
    number = f"SW{today:%Y%m%d}{next_number(unit, 'contact', today):04d}"
    root_id = unit.create_root(f"contact:{number}", "contact").id
    queries.put_contact(
        unit, root_id, phone=phone.normal, **said, item_code=command.item_code or None,
        first_responder=unit.actor.account, responder=unit.actor.account,
    )  # fmt: skip
    unit.record(RECORDED, root_id, responder=unit.actor.name, item=command.item_code or None,
                private={"contact": {**said, "phone": phone.normal}})  # fmt: skip
    _start(unit, root_id)
    return {"number": number}


def transfer(command: TransferContact, unit: Unit) -> Mapping[str, Any]:
    """Offer it to another; until that one accepts, the responder stays who it is.

    Raises ContactMissing, ContactClosed, NotTheResponder, TransferRefused.
    """
    found = _held(unit, command.number)
    if command.to_account == unit.actor.account:
        raise TransferRefused(who=command.to_account, why="不能转交给自己")
    other = actor_of(unit.connection, command.to_account, unit.now, channel="message")
    if not may(other, "contact.work"):
        raise TransferRefused(who=other.name, why="其岗位不办理首问登记")
    queries.set_contact(unit, found.root_id, offered_to=other.account)
    unit.record(OFFERED, found.root_id, to=other.name, responder=unit.actor.name)
    sentence = f"{unit.actor.name}转交首问登记 {found.number}，请接收。"
    post(unit, found.root_id, Receiver(account=other.account), sentence)
    return {"number": found.number}


def accept(command: AcceptContact, unit: Unit) -> Mapping[str, Any]:
    """Take over what was offered to the actor; a new working day begins for the new responder.

    Raises ContactMissing, ContactClosed, NotOfferedToYou.
    """
    found = _open(unit, command.number)
    if found.offered_to != unit.actor.account:
        raise NotOfferedToYou(number=found.number)
    queries.set_contact(unit, found.root_id, responder=unit.actor.account, offered_to=None)
    unit.record(TAKEN, found.root_id, responder=unit.actor.name)
    stop_clock(unit, found.root_id, CLOCK, city_date(unit.now))
    _start(unit, found.root_id)
    return {"number": found.number}


def close(command: CloseContact, unit: Unit) -> Mapping[str, Any]:
    """End it with an answer, or with the case it became.

    Raises ContactMissing, ContactClosed, NotTheResponder, InvalidFields, CaseMissing.
    """
    found = _held(unit, command.number)
    if command.case_no:
        case = visible_case(unit.connection, command.case_no, scope_of(unit.actor))
        values: dict[str, Any] = {"state": "applied", "case_root": case.root_id}
        unit.record(APPLIED, found.root_id, case_no=case.case_no)
    else:
        values = {"state": "answered", **checked_texts(answer=(command.answer, "答复", 1000))}
        unit.record(ANSWERED, found.root_id, private={"answer": values["answer"]})
    queries.set_contact(unit, found.root_id, offered_to=None, closed_at=unit.now, **values)
    stop_clock(unit, found.root_id, CLOCK, city_date(unit.now))
    return {"number": found.number}


def overdue(unit: Unit, due: DeadlineRow) -> None:
    """Remind the responder when the day has passed, and the supervisor one working day later (4.1.7)."""
    found = queries.contact_by_root(unit.connection, unit.part(Vault), due.root_id)
    if found is None or found.state != "open":
        return
    days = policy_named(unit.connection, "first_contact").value
    name = names_of(unit.connection, {found.responder}).get(found.responder, found.responder)
    if due.effect == "urge":
        unit.record(URGED, due.root_id, days=days, responder=name)
        sentence = f"首问登记 {found.number} 已超过{days}个工作日，仍在您名下，请答复或转交。"
        post(unit, due.root_id, Receiver(account=found.responder), sentence)
    else:
        unit.record(ESCALATED, due.root_id)
        sentence = f"首问登记 {found.number} 催办后仍未办结，责任人 {name}。"
        notify(unit, due.root_id, "supervisor", CENTER, "contact_overdue", sentence)


def _start(unit: Unit, root_id: str) -> None:
    days = policy_named(unit.connection, "first_contact").value
    row = open_clock(unit, root_id, Terms(CLOCK, city_date(unit.now), days, "wd"))
    arm_again(unit, row)


def arm_again(unit: Unit, row: ClockRow) -> None:
    """Arm what the room wants to hear: the day has passed, and one working day more; again when the date moves."""
    calendar = unit.part(Calendars).current(unit.connection)
    if row.due_on is None:
        return
    arm(unit, row, "urge", legal_due_at(row.due_on))
    arm(unit, row, "escalate", legal_due_at(calendar.add(row.due_on, 1).date))


def _open(unit: Unit, number: str) -> Contact:
    found = queries.contact_by_root(unit.connection, unit.part(Vault), f"contact:{number}")
    if found is None:
        raise ContactMissing(number=number[:20])
    if found.state != "open":
        raise ContactClosed(number=number)
    return found


def _held(unit: Unit, number: str) -> Contact:
    found = _open(unit, number)
    if found.responder != unit.actor.account:
        names = names_of(unit.connection, {found.responder})
        raise NotTheResponder(number=number, who=names.get(found.responder, found.responder))
    return found
