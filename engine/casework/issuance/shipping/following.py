"""What the courier reports, and what follows from it: arrived, come back, or not taken at all (6.3.3, 6.3.4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from engine.casework.cases.queries import case_by_root, set_case
from engine.casework.issuance.arrival import note_arrival
from engine.casework.issuance.shipping import queries
from engine.casework.issuance.shipping.commands import OrderFailed, PollFailed, RecordOrder, TakeEvents
from engine.casework.issuance.shipping.paper import post_receipt
from engine.casework.issuance.shipping.port import Couriers
from engine.casework.issuance.shipping.queries import Shipment
from engine.casework.issuance.shipping.rules import OPEN_STATES, STATES, Event, Track, fold, next_look
from engine.foundation.clock import city_date, from_utc_text
from engine.foundation.journal.tags import tag
from engine.foundation.outbox.queries import MAX_ATTEMPTS, Message, mark_done, put_back
from engine.foundation.store.unit import Unit
from engine.process.clocks.ledgers import stop_clock
from engine.process.documents.issuing import issue
from engine.process.tasks import progress
from engine.process.tasks.notifications.queries import notify
from engine.process.tasks.queries import tasks_of
from engine.process.tasks.rules import Task
from engine.registry.organisation.queries import CENTER

ORDERED = tag("shipment.ordered", "物流机构已接单，运单号 {tracking_no}")
REPORTED = tag("shipment.reported", "物流轨迹：{state_name}")
CAME_BACK = tag("shipment.came_back", "寄递未送达：{state_name}")
UNPLACED = tag("shipment.unplaced", "寄递单 {shipment} 多次未能向物流机构下单，请系统管理员检查物流接口")
UNHEARD = tag("shipment.unheard", "寄递单 {shipment} 多次未能查询到物流轨迹，请系统管理员检查物流接口")
STRAY = tag("shipment.stray", "寄递单 {shipment} 已另行处理，物流机构又报告：{state_name}")

ORDER_TOPIC = "courier.order"


def record_order(command: RecordOrder, unit: Unit) -> Mapping[str, Any]:
    """Keep tracking number and cost; the second answer to the same order changes nothing."""
    sent = queries.shipment_by_id(unit.connection, command.shipment_id)
    if mark_done(unit, command.message_id) and sent.state == "queued":
        queries.set_shipment(
            unit, sent.id, state="ordered", tracking_no=command.tracking_no[:60], cost_fen=command.cost_fen,
            ordered_at=unit.now, poll_at=unit.now + _every(unit),
        )  # fmt: skip
        unit.record(ORDERED, sent.root_id, shipment=sent.id, tracking_no=command.tracking_no[:60],
                    cost_fen=command.cost_fen)  # fmt: skip
    return {"shipment_id": sent.id}


def order_failed(command: OrderFailed, unit: Unit) -> Mapping[str, Any]:
    """Try later; an order given up is an incident, and the window chooses another way for the result."""
    attempts = MAX_ATTEMPTS if command.hopeless else command.attempts
    gave_up = put_back(unit, Message(command.message_id, command.root_id, ORDER_TOPIC, {}, attempts), command.error)
    if gave_up:
        sent = queries.shipment_by_id(unit.connection, command.shipment_id)
        unit.record(UNPLACED, command.root_id, shipment=sent.id)
        _not_arrived(unit, sent, Track("unplaced", note="物流机构未接单"))
    return {"gave_up": gave_up}


def take_events(command: TakeEvents, unit: Unit) -> Mapping[str, Any]:
    """Keep what is new, and do what follows when it changes where the shipment stands."""
    sent = queries.shipment_by_id(unit.connection, command.shipment_id)
    events = [Event(**{**one, "at": from_utc_text(one["at"])}) for one in command.events]
    fresh = [one for one in events if queries.add_event(unit, sent, one, command.via)]
    _looked(unit, sent)
    known = queries.events_of(unit.connection, [sent.id]).get(sent.id, [])
    seen = fold(one.event for one in known)
    if fresh and seen.state != sent.state:
        _follow(unit, sent, seen)
    return {"new": len(fresh), "state": queries.shipment_by_id(unit.connection, sent.id).state}


def poll_failed(command: PollFailed, unit: Unit) -> Mapping[str, Any]:
    """Look later; after many failures the administrator is told, once."""
    sent = queries.shipment_by_id(unit.connection, command.shipment_id)
    failures = sent.failures + 1
    queries.set_shipment(unit, sent.id, failures=failures, poll_at=unit.now + next_look(failures, _every(unit)))
    if failures == MAX_ATTEMPTS:
        unit.record(UNHEARD, sent.root_id, shipment=sent.id)
    return {"failures": failures}


def bring_home(unit: Unit, sent: Shipment, seen: Track) -> None:
    """The shipment was signed for: issue the receipt and note the arrival (6.3.3, T091)."""
    case = case_by_root(unit.connection, sent.root_id)
    at = seen.at or unit.now
    note = f"{sent.courier or '物流机构'} 运单号 {sent.tracking_no or sent.id}"
    receipt = post_receipt(case, sent.contents, unit.actor.name, seen.signed_by or "收件人", at, note)
    document = issue(unit, sent.root_id, "delivery_receipt", receipt)
    _close(unit, sent, seen)
    note_arrival(
        unit, sent.root_id, how=f"邮寄签收，{note}（6.3.3）", id_no="",
        values={
            "mode": "mail", "receiver_kind": "signed", "receiver_name": seen.signed_by or "收件人", "id_kind": "none",
            "authorisation": [], "signature": {"mode": "courier", "digests": []}, "document_id": document.id,
        },
    )  # fmt: skip


def give_back(unit: Unit, sent: Shipment, seen: Track) -> None:
    """The shipment failed or came back: the issuing clerks are told and choose anew."""
    _close(unit, sent, seen)
    stop_clock(unit, sent.root_id, "shipping", city_date(unit.now))
    set_case(unit, sent.root_id, status="awaiting_shipment")
    state_name = STATES[seen.state]
    unit.record(CAME_BACK, sent.root_id, shipment=sent.id, state=seen.state, state_name=state_name)
    case = case_by_root(unit.connection, sent.root_id)
    sentence = f"“{case.item_name}”的寄递单 {sent.tracking_no or sent.id}：{state_name}，请另行送达。"
    notify(unit, sent.root_id, "issue_clerk", CENTER, "shipment_failed", sentence)


def _follow(unit: Unit, sent: Shipment, seen: Track) -> None:
    if seen.state in OPEN_STATES:
        if sent.state in OPEN_STATES:
            queries.set_shipment(unit, sent.id, state=seen.state)
            unit.record(REPORTED, sent.root_id, shipment=sent.id, state=seen.state, state_name=STATES[seen.state])
    elif seen.state == "delivered":
        _arrived(unit, sent, seen)
    elif sent.state in OPEN_STATES:
        _not_arrived(unit, sent, seen)


def _arrived(unit: Unit, sent: Shipment, seen: Track) -> None:
    """It was signed for: the case goes on, also when a failure had been reported first and nobody chose anew yet."""
    waiting = _waiting(unit, sent, ("issuance.track", "issuance.redeliver"))
    if waiting is None:
        _stray(unit, sent, seen)
        return
    bring_home(unit, sent, seen)
    if waiting.act == "issuance.redeliver":
        # The flow knows arrivals behind a way of delivery only: it goes by post once more, and is there at once.
        progress.complete(unit, waiting, {"delivery_mode": "mail"})
        waiting = _waiting(unit, sent, ("issuance.ship",)) or waiting
    progress.complete(unit, waiting, {"delivery_result": "delivered"})


def _not_arrived(unit: Unit, sent: Shipment, seen: Track) -> None:
    waiting = _waiting(unit, sent, ("issuance.track",))
    if waiting is None:
        _stray(unit, sent, seen)
        return
    give_back(unit, sent, seen)
    progress.complete(unit, waiting, {"delivery_result": "failed"})


def _stray(unit: Unit, sent: Shipment, seen: Track) -> None:
    """News of a shipment that no longer counts: it is kept and told, and changes nothing else."""
    _close(unit, sent, seen)
    state_name = STATES[seen.state]
    unit.record(STRAY, sent.root_id, shipment=sent.id, state=seen.state, state_name=state_name)
    sentence = f"此前的寄递单 {sent.tracking_no or sent.id} 又报告“{state_name}”，请核对结果现在何处。"
    notify(unit, sent.root_id, "issue_clerk", CENTER, "shipment_stray", sentence)


def _waiting(unit: Unit, sent: Shipment, acts: tuple[str, ...]) -> Task | None:
    """Return the task that waits for this shipment; none waits for one that was followed by another."""
    if queries.shipments_of(unit.connection, sent.root_id)[-1].id != sent.id:
        return None
    found = [one for one in tasks_of(unit.connection, sent.root_id, state="open") if one.act in acts]
    return found[0] if found else None


def _close(unit: Unit, sent: Shipment, seen: Track) -> None:
    queries.set_shipment(
        unit, sent.id, state=seen.state, closed_at=unit.now, signed_by=seen.signed_by or None,
        last_note=seen.note or None, poll_at=None,
    )  # fmt: skip


def _looked(unit: Unit, sent: Shipment) -> None:
    if sent.poll_at is not None:
        queries.set_shipment(unit, sent.id, failures=0, poll_at=unit.now + _every(unit))


def _every(unit: Unit) -> timedelta:
    courier = unit.part(Couriers).courier
    return courier.poll_every if courier else timedelta(days=1)
