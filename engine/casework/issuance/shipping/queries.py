"""Rows of shipments and of their events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.issuance.shipping.port import Recipient
from engine.casework.issuance.shipping.rules import Event, ShipmentMissing
from engine.casework.issuance.shipping.tables import shipment, shipment_event
from engine.foundation.store.portable import insert_if_missing
from engine.foundation.store.unit import Unit
from engine.foundation.vault import Vault


@dataclass(frozen=True)
class Shipment:
    """A shipment as kept (times UTC, money in fen); the recipient stays sealed."""

    id: str
    root_id: str
    number: int
    state: str
    way: str
    contents: tuple[Mapping[str, Any], ...]
    courier: str | None
    tracking_no: str | None
    cost_fen: int
    fee_to_applicant: int
    created_by: str
    created_at: datetime
    ordered_at: datetime | None
    closed_at: datetime | None
    signed_by: str | None
    last_note: str | None
    document_id: str | None
    poll_at: datetime | None
    failures: int


@dataclass(frozen=True)
class Reported:
    """An event as kept."""

    event: Event
    via: str
    received_at: datetime


def put_shipment(unit: Unit, root_id: str, recipient: Recipient, values: Mapping[str, Any]) -> Shipment:
    """Insert a shipment of the case, made by the actor now; its id is our order number."""
    number = 1 + len(shipments_of(unit.connection, root_id))
    id = f"{root_id.removeprefix('case:')}-S{number}"
    row = {
        "id": id, "root_id": root_id, "number": number, "fee_to_applicant": 0, "failures": 0, "cost_fen": 0,
        "created_by": unit.actor.account, "created_at": unit.now,
        "recipient_sealed": unit.part(Vault).seal_json(vars(recipient)),
    }  # fmt: skip
    unit.connection.execute(shipment.insert().values(row | dict(values)))
    return shipment_by_id(unit.connection, id)


def set_shipment(unit: Unit, id: str, **values: Any) -> None:
    """Set columns of a shipment whose case the unit holds locked."""
    unit.connection.execute(shipment.update().where(shipment.c.id == id).values(**values))


def shipment_by_id(connection: Connection, id: str) -> Shipment:
    """Return a shipment; raise :class:`ShipmentMissing`."""
    row = connection.execute(sa.select(*_columns()).where(shipment.c.id == id)).one_or_none()
    if row is None:
        raise ShipmentMissing(id=id[:60])
    return _shipment(row)


def shipments_of(connection: Connection, root_id: str) -> list[Shipment]:
    """Return the shipments of a case in order."""
    query = sa.select(*_columns()).where(shipment.c.root_id == root_id).order_by(shipment.c.number)
    return [_shipment(row) for row in connection.execute(query)]


def recipient_of(connection: Connection, vault: Vault, id: str) -> Recipient:
    """Return the recipient in clear text: for the order itself and for readers who gave a reason."""
    sealed = connection.execute(sa.select(shipment.c.recipient_sealed).where(shipment.c.id == id)).scalar_one()
    return Recipient(**vault.unseal_json(sealed))


def due_polls(connection: Connection, now: datetime, limit: int = 50) -> list[Shipment]:
    """Return the shipments of which the courier is to be asked by ``now`` (UTC), without locking them."""
    query = sa.select(*_columns()).where(shipment.c.poll_at <= now).order_by(shipment.c.poll_at).limit(limit)
    return [_shipment(row) for row in connection.execute(query)]


def add_event(unit: Unit, of: Shipment, event: Event, via: str) -> bool:
    """Keep an event; return False when it was known already."""
    values = {
        "root_id": of.root_id, "shipment_id": of.id, "event_id": event.id, "kind": event.kind, "at": event.at,
        "place": event.place, "note": event.note, "signed_by": event.signed_by, "via": via, "received_at": unit.now,
    }  # fmt: skip
    return insert_if_missing(unit.connection, shipment_event, values)


def events_of(connection: Connection, shipment_ids: Iterable[str]) -> dict[str, list[Reported]]:
    """Return the events of shipments by shipment, in the order in which they happened."""
    query = (
        sa.select(shipment_event)
        .where(shipment_event.c.shipment_id.in_(list(shipment_ids)))
        .order_by(shipment_event.c.at, shipment_event.c.event_id)
    )
    found: dict[str, list[Reported]] = {}
    for row in connection.execute(query):
        event = Event(row.event_id, row.kind, row.at, row.place, row.note, row.signed_by)
        found.setdefault(row.shipment_id, []).append(Reported(event, row.via, row.received_at))
    return found


def _columns() -> list[sa.ColumnElement[Any]]:
    return [shipment.c[name] for name in Shipment.__dataclass_fields__]


def _shipment(row: Any) -> Shipment:
    values = dict(row._mapping)
    values["contents"] = tuple(values["contents"])
    return Shipment(**values)


def follow_document(unit: Unit, root_id: str, old: str, new: str) -> None:
    """Let the shipment that referred to the document ``old`` refer to ``new``, which stands in its place."""
    mine = (shipment.c.root_id == root_id) & (shipment.c.document_id == old)
    unit.connection.execute(shipment.update().where(mine).values(document_id=new))
