"""Rows of saved views."""

from __future__ import annotations

import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.cases.views.rules import View
from engine.casework.cases.views.tables import saved_view
from engine.foundation.store.unit import Actor, Unit

_SHOWN = 60


def views_for(connection: Connection, actor: Actor, list: str) -> list[View]:
    """Return the actor's views of a list, the own ones first, then those shared with one of the actor's roles."""
    shared = [
        sa.and_(saved_view.c.shared_place == place, saved_view.c.shared_role == role) for role, place in actor.grants
    ]
    mine = saved_view.c.owner == actor.account
    query = (
        sa.select(saved_view)
        .where(saved_view.c.list == list, sa.or_(mine, *shared))
        .order_by(mine.desc(), saved_view.c.name, saved_view.c.id)
        .limit(_SHOWN)
    )
    return [_view(row) for row in connection.execute(query)]


def own_views(connection: Connection, account: str) -> list[View]:
    """Return everything that ``account`` has saved."""
    return [_view(row) for row in connection.execute(sa.select(saved_view).where(saved_view.c.owner == account))]


def put_view(unit: Unit, **values: Any) -> str:
    """Insert a view of the actor; a new default takes the place of the old one."""
    id = secrets.token_hex(13)
    if values["is_default"]:
        mine = (saved_view.c.owner == unit.actor.account) & (saved_view.c.list == values["list"])
        unit.connection.execute(saved_view.update().where(mine).values(is_default=False))
    unit.connection.execute(saved_view.insert().values(id=id, owner=unit.actor.account, created_at=unit.now, **values))
    return id


def drop_view(unit: Unit, id: str) -> View | None:
    """Delete a view of the actor and return it; None when the actor has none of this id."""
    mine = (saved_view.c.owner == unit.actor.account) & (saved_view.c.id == id)
    row = unit.connection.execute(sa.select(saved_view).where(mine)).one_or_none()
    unit.connection.execute(saved_view.delete().where(mine))
    return None if row is None else _view(row)


def _view(row: Any) -> View:
    return View(**{name: row._mapping[name] for name in View.__dataclass_fields__})
