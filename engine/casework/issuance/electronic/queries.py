"""Rows of links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.issuance.electronic.rules import LinkUnknown
from engine.casework.issuance.electronic.tables import e_delivery
from engine.foundation.store.unit import Unit
from engine.foundation.vault import token_hash


@dataclass(frozen=True)
class Link:
    """A link as kept (times UTC)."""

    id: str
    root_id: str
    number: int
    code_index: str
    state: str
    published_at: datetime
    published_by: str
    wrong_tries: int
    locked_until: datetime | None
    read_at: datetime | None
    document_id: str | None


def put_link(unit: Unit, root_id: str, id: str, token: str, code_index: str) -> None:
    """Insert a published link; of the token only the digest is kept."""
    unit.connection.execute(
        e_delivery.insert().values(
            id=id, root_id=root_id, number=1 + len(links_of(unit.connection, root_id)), token_hash=token_hash(token),
            code_index=code_index, state="published", published_at=unit.now, published_by=unit.actor.account,
            wrong_tries=0,
        )
    )  # fmt: skip


def set_link(unit: Unit, id: str, **values: Any) -> None:
    """Set columns of a link whose case the unit holds locked."""
    unit.connection.execute(e_delivery.update().where(e_delivery.c.id == id).values(**values))


def links_of(connection: Connection, root_id: str) -> list[Link]:
    """Return the links of a case in order."""
    query = sa.select(*_columns()).where(e_delivery.c.root_id == root_id).order_by(e_delivery.c.number)
    return [Link(*row) for row in connection.execute(query)]


def link_by_token(connection: Connection, token: str) -> Link:
    """Return the link of a token; raise :class:`LinkUnknown`."""
    query = sa.select(*_columns()).where(e_delivery.c.token_hash == token_hash(token))
    row = connection.execute(query).one_or_none()
    if row is None:
        raise LinkUnknown
    return Link(*row)


def link_by_id(connection: Connection, id: str) -> Link:
    """Return one link; raise :class:`LinkUnknown`."""
    row = connection.execute(sa.select(*_columns()).where(e_delivery.c.id == id)).one_or_none()
    if row is None:
        raise LinkUnknown
    return Link(*row)


def _columns() -> list[sa.ColumnElement[Any]]:
    return [e_delivery.c[name] for name in Link.__dataclass_fields__]


def follow_document(unit: Unit, root_id: str, old: str, new: str) -> None:
    """Let the link that referred to the document ``old`` refer to ``new``, which stands in its place."""
    mine = (e_delivery.c.root_id == root_id) & (e_delivery.c.document_id == old)
    unit.connection.execute(e_delivery.update().where(mine).values(document_id=new))
