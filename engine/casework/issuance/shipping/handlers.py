"""Giving a result to a courier, by the window alone (6.3.3); what the window itself enters of a shipment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases.figures import case_figure
from engine.casework.cases.file.queries import handovers_of
from engine.casework.cases.letters import letter
from engine.casework.cases.queries import applicant_of, case_by_root, set_case, visible_case
from engine.casework.cases.receiving import local_instant
from engine.casework.issuance.shipping import queries
from engine.casework.issuance.shipping.commands import CreateShipment
from engine.casework.issuance.shipping.following import ORDER_TOPIC, bring_home, give_back
from engine.casework.issuance.shipping.port import Couriers, Recipient
from engine.casework.issuance.shipping.queries import Shipment
from engine.casework.issuance.shipping.rules import (
    CourierMissing,
    Event,
    NotReadyForShipping,
    Track,
    refuse_fee,
    track_errors,
)
from engine.foundation.clock import city_date
from engine.foundation.errors import InvalidFields
from engine.foundation.journal.tags import tag
from engine.foundation.outbox.queries import put
from engine.foundation.store.unit import Unit
from engine.foundation.vault import Vault
from engine.process.clocks.ledgers import end_fired_clock, open_clock
from engine.process.clocks.queries import DeadlineRow
from engine.process.clocks.rules import Terms
from engine.process.documents.issuing import issue
from engine.process.tasks.commands import CompleteTask
from engine.process.tasks.handlers import complete
from engine.process.tasks.notifications.queries import notify
from engine.process.tasks.queries import tasks_of
from engine.process.tasks.registry import Act, View
from engine.process.tasks.rules import Task
from engine.registry.identity.rules import scope_of
from engine.registry.organisation.queries import CENTER
from forms import Context, checks

SHIPPED = tag("shipment.created", "委托物流机构寄递，寄递单 {shipment}，费用由政务服务中心承担（6.3.3）")
SLOW = tag("shipment.slow", "寄递单 {shipment} 久未签收，已提醒出件员查询")

CLOCK = "shipping"


def prepare_ship(view: View, task: Task) -> Context:
    """Start with the applicant as the receiver; without a courier connected only the entry by hand is offered."""
    case = case_by_root(view.connection, task.root_id)
    who = applicant_of(view.connection, view.part(Vault), case.applicant_id)
    connected = view.part(Couriers).courier is not None
    return Context(
        now=view.now,
        options={"way": ["system", "by_hand"] if connected else ["by_hand"]},
        defaults={
            "way": "system" if connected else "by_hand",
            "recipient_name": who.contact_name or who.name,
            "recipient_phone": who.phone,
            "recipient_address": who.address,
        },
    )


def ship(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Order the shipment (after the commit, through the outbox), or enter one given to a courier by hand.

    The applicant never pays (6.3.3, T090); what it costs is the centre's.
    """
    refuse_fee(int(answer["fee_to_applicant"]))
    recipient = Recipient(answer["recipient_name"], answer["recipient_phone"], answer["recipient_address"])
    made = _ordered(unit, task, recipient) if answer["way"] == "system" else _by_hand(unit, task, recipient, answer)
    document = _order_paper(unit, made, recipient)
    days = case_figure(unit.connection, task.root_id, "shipping_inquiry")
    open_clock(unit, task.root_id, Terms(CLOCK, city_date(unit.now), days, "cd", act_when_due=True))
    set_case(unit, task.root_id, status="in_transit")
    unit.record(
        SHIPPED, task.root_id, shipment=made.id, way=made.way, fee_to_applicant=0, cost_fen=made.cost_fen,
        document=document,
        private={"recipient": vars(recipient)},
    )  # fmt: skip
    return {"delivery_result": "in_transit"}


def create_shipment(command: CreateShipment, unit: Unit) -> Mapping[str, Any]:
    """Work the case's task that waits for a courier; raise :class:`NotReadyForShipping` while there is none."""
    visible_case(unit.connection, command.case_no, scope_of(unit.actor))
    root_id = f"case:{command.case_no}"
    waiting = [one for one in tasks_of(unit.connection, root_id, state="open") if one.act == "issuance.ship"]
    if not waiting:
        raise NotReadyForShipping
    outcome = complete(CompleteTask(task_id=waiting[0].id, answer=command.answer, partial=command.partial), unit)
    return {**outcome, "shipment_id": queries.shipments_of(unit.connection, root_id)[-1].id}


def track(unit: Unit, task: Task, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Enter by hand what became of a shipment whose courier cannot report it; the clerk says how it was found."""
    sent = queries.shipments_of(unit.connection, task.root_id)[-1]
    happened_at, outcome = local_instant(answer["happened_at"]), answer["outcome"]
    signed_by = (answer.get("signed_by") or "").strip()
    errors = track_errors(outcome, signed_by, happened_at, sent.created_at)
    if errors:
        raise InvalidFields(errors)
    event = Event(f"clerk:{task.id}", outcome, happened_at, note=answer["evidence"][:300], signed_by=signed_by)
    queries.add_event(unit, sent, event, "clerk")
    seen = Track(outcome, signed_by, answer["evidence"], happened_at)
    if outcome == "delivered":
        bring_home(unit, sent, seen)
        return {"delivery_result": "delivered"}
    give_back(unit, sent, seen)
    return {"delivery_result": "failed"}


def slow(unit: Unit, due: DeadlineRow) -> None:
    """A shipment has not been signed for within the policy's days: the issuing clerks are to ask the courier."""
    clock = end_fired_clock(unit, due.clock_id)
    sent = queries.shipments_of(unit.connection, clock.root_id)[-1]
    case = case_by_root(unit.connection, clock.root_id)
    sentence = f"“{case.item_name}”的寄递单 {sent.tracking_no or sent.id} 久未签收，请向物流机构查询。"
    notify(unit, clock.root_id, "issue_clerk", CENTER, "shipment_slow", sentence)
    unit.record(SLOW, clock.root_id, shipment=sent.id)


def _ordered(unit: Unit, task: Task, recipient: Recipient) -> Shipment:
    courier = unit.part(Couriers).courier
    if courier is None:
        raise CourierMissing
    values = {"way": "system", "state": "queued", "courier": courier.name, "contents": _contents(unit, task.root_id)}
    made = queries.put_shipment(unit, task.root_id, recipient, values)
    put(unit, ORDER_TOPIC, task.root_id, {"shipment": made.id})
    return made


def _by_hand(unit: Unit, task: Task, recipient: Recipient, answer: Mapping[str, Any]) -> Shipment:
    values = {
        "way": "by_hand", "state": "ordered", "courier": answer["courier_name"], "tracking_no": answer["tracking_no"],
        "cost_fen": 100 * int(answer.get("cost_yuan") or 0), "ordered_at": unit.now,
        "contents": _contents(unit, task.root_id),
    }  # fmt: skip
    return queries.put_shipment(unit, task.root_id, recipient, values)


def _order_paper(unit: Unit, made: Shipment, recipient: Recipient) -> str:
    """Issue the 寄递委托单, its receiver masked; return the document's id."""
    body = letter(
        unit, case_by_root(unit.connection, made.root_id), "courier_order", carrier=made.courier or "物流机构",
        receiver=checks.mask_name(recipient.name), receiver_phone=checks.mask_phone(recipient.phone),
        receiver_address=checks.mask_address(recipient.address), waybill=made.tracking_no or "",
        rows=[{"name": one["name"], "copies": one["copies"], "reference": one["result_no"]} for one in made.contents],
    )  # fmt: skip
    document = issue(unit, made.root_id, "courier_order", body)
    queries.set_shipment(unit, made.id, document_id=document.id)
    return document.id


def _contents(unit: Unit, root_id: str) -> list[dict[str, Any]]:
    slip = handovers_of(unit.connection, root_id, "result")[-1]
    return [
        {"name": line["name"], "result_no": line["result_no"], "copies": int(line["copies_sent"])}
        for line in slip.lines
    ]


ACTS = (
    Act("issuance.ship", ship, prepare_ship, facts=("delivery_result",)),
    Act("issuance.track", track, facts=("delivery_result",)),
)
