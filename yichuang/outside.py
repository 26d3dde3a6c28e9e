"""Work that leaves the house: orders to the courier, questions about parcels, messages to applicants.

Each piece is done outside any unit; what came of it is told to the door by a command of its own.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping

from engine.casework.issuance.shipping.commands import OrderFailed, PollFailed, RecordOrder, TakeEvents
from engine.casework.issuance.shipping.following import ORDER_TOPIC
from engine.casework.issuance.shipping.port import CourierAway, CourierRefused, Couriers, Order
from engine.casework.issuance.shipping.queries import Shipment, due_polls, recipient_of, shipment_by_id
from engine.casework.issuance.shipping.reading import as_rows
from engine.casework.issuance.sms.commands import RecordSent, SendingFailed
from engine.casework.issuance.sms.handlers import TOPIC as MESSAGE_TOPIC
from engine.casework.issuance.sms.port import MessengerAway, Messengers
from engine.casework.issuance.sms.queries import message_by_id
from engine.door import Door
from engine.foundation.outbox.queries import Message
from engine.foundation.vault import Vault
from engine.process.documents.issuing import Centre
from engine.registry.identity.rules import SYSTEM

LOG = logging.getLogger("yichuang.outside")


def place_order(door: Door, message: Message) -> None:
    """Order a shipment; the order number is ours, so a repetition after a lost reply orders nothing twice."""
    with door.read(SYSTEM) as view:
        sent = shipment_by_id(view.connection, message.payload["shipment"])
        recipient = recipient_of(view.connection, view.part(Vault), sent.id)
    courier = door.part(Couriers).courier
    contents = tuple((str(one["name"]), int(one["copies"])) for one in sent.contents)
    try:
        if courier is None:
            raise CourierAway("no courier is connected")
        placed = courier.place(Order(sent.id, f"{door.part(Centre).name}综合窗口", recipient, contents))
    except (CourierAway, CourierRefused) as error:
        failed = OrderFailed(
            root_id=sent.root_id, shipment_id=sent.id, message_id=message.id, attempts=message.attempts,
            error=f"{type(error).__name__}: {error}", hopeless=isinstance(error, CourierRefused),
        )  # fmt: skip
        door.execute(failed, SYSTEM, key=_once("order-failed", message.id))
        return
    done = RecordOrder(
        root_id=sent.root_id, shipment_id=sent.id, message_id=message.id, tracking_no=placed.tracking_no,
        cost_fen=placed.cost_fen,
    )  # fmt: skip
    door.execute(done, SYSTEM, key=f"ordered:{sent.id}")


def send_message(door: Door, message: Message) -> None:
    """Hand a message to the messenger under our id."""
    with door.read(SYSTEM) as view:
        letter = message_by_id(view.connection, view.part(Vault), message.payload["message"])
    messenger = door.part(Messengers).messenger
    try:
        if messenger is None:
            raise MessengerAway("no messenger is connected")
        reference = messenger.send(letter.id, letter.phone, letter.text)
    except MessengerAway as error:
        failed = SendingFailed(
            root_id=letter.root_id, message_id=message.id, applicant_message=letter.id, attempts=message.attempts,
            error=f"{type(error).__name__}: {error}",
        )  # fmt: skip
        door.execute(failed, SYSTEM, key=_once("sending-failed", message.id))
        return
    done = RecordSent(root_id=letter.root_id, message_id=message.id, applicant_message=letter.id, reference=reference)
    door.execute(done, SYSTEM, key=f"sent:{letter.id}")


def ask_couriers(door: Door) -> int:
    """Ask the courier about every parcel whose time has come; return how many were asked about."""
    if door.part(Couriers).courier is None:
        return 0
    with door.read(SYSTEM) as view:
        due = due_polls(view.connection, view.now)
    for sent in due:
        try:
            _ask(door, sent)
        except Exception:  # one parcel that fails must not hold up the others
            LOG.exception("asking about %s failed", sent.id)
    return len(due)


def _ask(door: Door, sent: Shipment) -> None:
    courier = door.part(Couriers).courier
    if courier is None:
        return
    try:
        events = as_rows(courier.track(sent.id))
    except (CourierAway, CourierRefused) as error:
        failed = PollFailed(root_id=sent.root_id, shipment_id=sent.id, error=f"{type(error).__name__}: {error}")
        door.execute(failed, SYSTEM, key=_once("poll-failed", sent.id))
        return
    command = TakeEvents(root_id=sent.root_id, shipment_id=sent.id, events=events, via="poll")
    door.execute(command, SYSTEM, key=_once("polled", sent.id))


def _once(what: str, id: object) -> str:
    return f"{what}:{id}:{uuid.uuid4().hex}"


WORK: Mapping[str, Callable[[Door, Message], None]] = {ORDER_TOPIC: place_order, MESSAGE_TOPIC: send_message}
"""What is done for each topic of the outbox besides the rendering of documents."""
