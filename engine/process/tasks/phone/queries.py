"""Rows of links and of what came in by them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.unit import Unit
from engine.foundation.vault import token_hash
from engine.process.tasks.phone.rules import PhoneFile, PhoneLink, PhoneLinkGone
from engine.process.tasks.phone.tables import phone_file, phone_link


def put_link(unit: Unit, hash: str, expires_at: datetime, **values: Any) -> PhoneLink:
    """Insert a link of the actor that ends at ``expires_at``; ``hash`` is its token's."""
    link = PhoneLink(
        id=secrets.token_hex(13), account=unit.actor.account, opened_at=unit.now, expires_at=expires_at,
        closed_at=None, **values,
    )  # fmt: skip
    unit.connection.execute(phone_link.insert().values(token_hash=hash, **vars(link)))
    return link


def link_by_token(connection: Connection, token: str) -> PhoneLink | None:
    """Return the link of a token, or None."""
    return _one(connection, phone_link.c.token_hash == token_hash(token))


def link_by_id(connection: Connection, id: str) -> PhoneLink:
    """Return one link; raise :class:`PhoneLinkGone`."""
    found = _one(connection, phone_link.c.id == id)
    if found is None:
        raise PhoneLinkGone
    return found


def links_of_task(connection: Connection, task_id: str, account: str) -> list[PhoneLink]:
    """Return the links that ``account`` opened from the task's form, the newest last."""
    mine = (phone_link.c.task_id == task_id) & (phone_link.c.account == account)
    query = sa.select(*_columns()).where(mine).order_by(phone_link.c.opened_at, phone_link.c.id)
    return [PhoneLink(*row) for row in connection.execute(query)]


def files_of(connection: Connection, link_ids: Iterable[str]) -> dict[str, list[PhoneFile]]:
    """Return by link what came in by it, in order; a link without files has no entry."""
    query = sa.select(phone_file).where(phone_file.c.link_id.in_(list(link_ids)))
    found: dict[str, list[PhoneFile]] = {}
    for row in connection.execute(query.order_by(phone_file.c.link_id, phone_file.c.number)):
        found.setdefault(row.link_id, []).append(PhoneFile(*row))
    return found


def put_file(unit: Unit, file: PhoneFile) -> None:
    """Insert what came in by a link."""
    unit.connection.execute(phone_file.insert().values(**vars(file)))


def set_state(unit: Unit, file: PhoneFile, state: str) -> None:
    """Say what has become of a file."""
    mine = (phone_file.c.link_id == file.link_id) & (phone_file.c.number == file.number)
    unit.connection.execute(phone_file.update().where(mine).values(state=state))


def close_link(unit: Unit, id: str) -> None:
    """End a link; one that has ended stays as it is."""
    mine = (phone_link.c.id == id) & phone_link.c.closed_at.is_(None)
    unit.connection.execute(phone_link.update().where(mine).values(closed_at=unit.now))


def has_links(task_id: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Say, in a statement about tasks, that a telephone's link for the task has not been closed."""
    return sa.exists().where(phone_link.c.task_id == task_id, phone_link.c.closed_at.is_(None))


def close_links_of_tasks(unit: Unit, task_ids: Iterable[str], keep: str | None = None) -> None:
    """End all links of tasks but those of the account ``keep``, in whose hands the task is now."""
    mine = phone_link.c.task_id.in_(task_ids) & phone_link.c.closed_at.is_(None)
    if keep is not None:
        mine &= phone_link.c.account != keep
    unit.connection.execute(phone_link.update().where(mine).values(closed_at=unit.now))


def _one(connection: Connection, condition: sa.ColumnElement[bool]) -> PhoneLink | None:
    row = connection.execute(sa.select(*_columns()).where(condition)).one_or_none()
    return None if row is None else PhoneLink(*row)


def _columns() -> list[sa.ColumnElement[Any]]:
    return [phone_link.c[name] for name in PhoneLink.__dataclass_fields__]
