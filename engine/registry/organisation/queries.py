"""Finding departments and windows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.errors import NotFound
from engine.foundation.store.portable import insert_or_update
from engine.foundation.store.unit import Unit
from engine.registry.organisation.tables import department, window, window_seat

CENTER = "center"
"""The key under which the government service centre itself is kept."""


class DepartmentUnknown(NotFound):
    """没有登记名为 {key} 的部门，请由系统管理员先登记。"""

    code = "DEPARTMENT_UNKNOWN"


class WindowUnknown(NotFound):
    """没有编号为 {id} 的窗口，请从列表中选择。"""

    code = "WINDOW_UNKNOWN"


@dataclass(frozen=True)
class Window:
    """A window of the centre."""

    id: str
    name: str
    category: str
    place: str


@dataclass(frozen=True)
class Department:
    """A competent department, the centre, or the regulator."""

    key: str
    name: str
    short_name: str
    uscc: str
    kind: str


def department_named(connection: Connection, key: str) -> Department:
    """Return the department ``key``; raise :class:`DepartmentUnknown`."""
    row = connection.execute(sa.select(department).where(department.c.key == key)).one_or_none()
    if row is None:
        raise DepartmentUnknown(key=key)
    return Department(*row)


def departments(connection: Connection) -> dict[str, Department]:
    """Return all departments by key."""
    return {row.key: Department(*row) for row in connection.execute(sa.select(department).order_by(department.c.key))}


def windows(connection: Connection) -> list[Mapping[str, Any]]:
    """Return all windows."""
    return [dict(row) for row in connection.execute(sa.select(window).order_by(window.c.id)).mappings()]


def put_department(connection: Connection, values: Department) -> None:
    """Insert or correct a department."""
    insert_or_update(connection, department, vars(values), ["key"])


def put_window(connection: Connection, values: Mapping[str, Any]) -> None:
    """Insert or correct a window (id, name, category, place)."""
    insert_or_update(connection, window, values, ["id"])


def seat_of(connection: Connection, account: str) -> Window | None:
    """Return the window at which ``account`` sits, or None."""
    query = sa.select(window).join(window_seat, window_seat.c.window == window.c.id)
    row = connection.execute(query.where(window_seat.c.account == account)).one_or_none()
    return None if row is None else Window(row.id, row.name, row.category, row.place)


def take_seat(unit: Unit, id: str) -> Window:
    """Let the actor sit at window ``id``; raise :class:`WindowUnknown`."""
    row = unit.connection.execute(sa.select(window).where(window.c.id == id)).one_or_none()
    if row is None:
        raise WindowUnknown(id=id[:20])
    values = {"account": unit.actor.account, "window": id, "since": unit.now}
    insert_or_update(unit.connection, window_seat, values, ["account"])
    return Window(row.id, row.name, row.category, row.place)
