"""Rows of messages to applicants."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.issuance.sms.tables import applicant_message
from engine.foundation.store.unit import Unit
from engine.foundation.vault import Vault


@dataclass(frozen=True)
class Message:
    """A message in clear text: for the messenger, and for the demonstration's page."""

    id: str
    root_id: str
    purpose: str
    phone: str
    text: str
    state: str
    at: datetime
    sent_at: datetime | None


def put_message(unit: Unit, root_id: str, purpose: str, phone: str, text: str) -> str:
    """Insert a message that waits to be sent; return its id."""
    vault, id = unit.part(Vault), secrets.token_hex(13)
    unit.connection.execute(
        applicant_message.insert().values(
            id=id, root_id=root_id, purpose=purpose, to_sealed=vault.seal(phone), text_sealed=vault.seal(text),
            state="queued", at=unit.now,
        )
    )  # fmt: skip
    return id


def set_message(unit: Unit, id: str, *, state: str, reference: str | None = None) -> None:
    """Note that a message was sent, or given up."""
    sent_at = unit.now if state == "sent" else None
    values = {"state": state, "reference": reference, "sent_at": sent_at}
    unit.connection.execute(applicant_message.update().where(applicant_message.c.id == id).values(values))


def message_by_id(connection: Connection, vault: Vault, id: str) -> Message:
    """Return one message."""
    return _message(vault, connection.execute(sa.select(applicant_message).where(applicant_message.c.id == id)).one())


def queued_messages(connection: Connection) -> list[tuple[str, str]]:
    """Return (root id, id) of the messages that were neither sent nor given up."""
    query = sa.select(applicant_message.c.root_id, applicant_message.c.id).where(applicant_message.c.state == "queued")
    return [(row.root_id, row.id) for row in connection.execute(query)]


def recent_messages(connection: Connection, vault: Vault, limit: int = 100) -> list[Message]:
    """Return the messages written last, newest first."""
    query = sa.select(applicant_message).order_by(applicant_message.c.at.desc(), applicant_message.c.id).limit(limit)
    return [_message(vault, row) for row in connection.execute(query)]


def _message(vault: Vault, row: sa.Row[tuple[object, ...]]) -> Message:
    return Message(
        row.id, row.root_id, row.purpose, vault.unseal(row.to_sealed), vault.unseal(row.text_sealed), row.state,
        row.at, row.sent_at,
    )  # fmt: skip
