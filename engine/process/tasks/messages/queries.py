"""Rows of messages."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.portable import insert_if_missing
from engine.foundation.store.unit import Actor, Unit
from engine.foundation.vault import Vault
from engine.process.tasks.messages.tables import message, message_read


@dataclass(frozen=True)
class Message:
    """One message as its readers see it."""

    root_id: str
    id: str
    sender: str
    to_account: str | None
    to_role: str | None
    to_department: str | None
    case_root: str | None
    reply_to: str | None
    text: str
    at: datetime
    read: bool


@dataclass(frozen=True)
class Receiver:
    """One account, or a desk: a role in a department."""

    account: str | None = None
    role: str | None = None
    department: str | None = None


def post(
    unit: Unit, root_id: str, to: Receiver, text: str, *, case_root: str | None = None, reply_to: str | None = None
) -> str:
    """Insert a message of the actor into the thread ``root_id``; return its id."""
    id = secrets.token_hex(13)
    unit.connection.execute(
        message.insert().values(
            root_id=root_id, id=id, sender=unit.actor.account, to_account=to.account, to_role=to.role,
            to_department=to.department, case_root=case_root, reply_to=reply_to,
            sealed=unit.part(Vault).seal(text), at=unit.now,
        )
    )  # fmt: skip
    return id


def received(connection: Connection, vault: Vault, actor: Actor, *, limit: int = 100) -> list[Message]:
    """Return what was written to the actor or to the actor's desks, newest first."""
    return _messages(connection, vault, actor, _to(actor), limit)


def sent(connection: Connection, vault: Vault, actor: Actor, *, limit: int = 100) -> list[Message]:
    """Return what the actor wrote, newest first."""
    return _messages(connection, vault, actor, message.c.sender == actor.account, limit)


def visible(connection: Connection, vault: Vault, actor: Actor, id: str) -> Message | None:
    """Return a message that was written by or to the actor, or None."""
    mine = sa.or_(_to(actor), message.c.sender == actor.account)
    found = _messages(connection, vault, actor, sa.and_(message.c.id == id, mine), 1)
    return found[0] if found else None


def unread_count(connection: Connection, actor: Actor) -> int:
    """Return how many messages to the actor are unread."""
    unread = sa.and_(_to(actor), ~_read_by(actor), message.c.sender != actor.account)
    return int(connection.execute(sa.select(sa.func.count()).select_from(message).where(unread)).scalar_one())


def mark(unit: Unit, ids: Iterable[str]) -> int:
    """Note that the actor has read those of ``ids`` that were written to the actor; return how many were new."""
    query = sa.select(message.c.id, message.c.root_id).where(message.c.id.in_(list(ids)), _to(unit.actor))
    return sum(
        insert_if_missing(
            unit.connection, message_read,
            {"message_id": row.id, "root_id": row.root_id, "account": unit.actor.account, "at": unit.now},
        )
        for row in unit.connection.execute(query).all()
    )  # fmt: skip


def forget(unit: Unit, before: datetime) -> int:
    """Delete the messages older than ``before`` (UTC) with their read marks; return how many."""
    old = sa.select(message.c.id).where(message.c.at < before)
    unit.connection.execute(message_read.delete().where(message_read.c.message_id.in_(old)))
    return unit.connection.execute(message.delete().where(message.c.at < before)).rowcount


def _to(actor: Actor) -> sa.ColumnElement[bool]:
    desks = [sa.and_(message.c.to_role == role, message.c.to_department == place) for role, place in actor.grants]
    return sa.or_(message.c.to_account == actor.account, *desks)


def _read_by(actor: Actor) -> sa.Exists:
    return sa.exists().where(message_read.c.message_id == message.c.id, message_read.c.account == actor.account)


def _messages(
    connection: Connection, vault: Vault, actor: Actor, chosen: sa.ColumnElement[bool], limit: int
) -> list[Message]:
    query = sa.select(message, _read_by(actor).label("is_read")).where(chosen)
    rows = connection.execute(query.order_by(message.c.at.desc(), message.c.id.desc()).limit(limit))
    return [
        Message(
            row.root_id, row.id, row.sender, row.to_account, row.to_role, row.to_department, row.case_root,
            row.reply_to, vault.unseal(row.sealed), row.at, bool(row.is_read),
        )
        for row in rows
    ]  # fmt: skip
