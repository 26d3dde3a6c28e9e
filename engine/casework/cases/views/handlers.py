"""Saving and dropping views, journalled in the person's own chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.casework.cases.views import queries
from engine.casework.cases.views.commands import DropView, SaveView
from engine.casework.cases.views.rules import LISTS, ViewMissing, ViewNotShareable, checked_name, refuse_view
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit

SAVED = tag("view.saved", "保存常用视图“{name}”")
DROPPED = tag("view.dropped", "删除常用视图“{name}”")


def save(command: SaveView, unit: Unit) -> Mapping[str, Any]:
    """Keep a view.

    Raises ViewNameMissing, ViewNameTaken, TooManyViews, and ViewNotShareable for a role that the actor does not hold.
    """
    name = checked_name(command.name)
    shared = (command.shared_role, command.shared_place)
    if any(shared) and shared not in unit.actor.grants:
        raise ViewNotShareable
    chain = unit.lock_or_create(f"access:{unit.actor.account}", "access").id
    list = command.list if command.list in LISTS else "cases"
    refuse_view(queries.own_views(unit.connection, unit.actor.account), list, name)
    id = queries.put_view(
        unit, name=name, list=list, filters=dict(command.filters), is_default=command.is_default,
        shared_role=command.shared_role or None, shared_place=command.shared_place or None,
    )  # fmt: skip
    unit.record(SAVED, chain, name=name, list=list, shared=command.shared_role)
    return {"id": id}


def drop(command: DropView, unit: Unit) -> Mapping[str, Any]:
    """Delete one's own view; raise :class:`ViewMissing` for any other."""
    chain = unit.lock_or_create(f"access:{unit.actor.account}", "access").id
    dropped = queries.drop_view(unit, command.id)
    if dropped is None:
        raise ViewMissing
    unit.record(DROPPED, chain, name=dropped.name, list=dropped.list)
    return {"id": command.id, "list": dropped.list}
