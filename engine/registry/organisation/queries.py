"""Finding departments and windows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.errors import NotFound
from engine.foundation.store.portable import insert_or_update
from engine.registry.organisation.tables import department, window

CENTER = "center"
"""The key under which the government service centre itself is kept."""


class DepartmentUnknown(NotFound):
    """没有登记名为 {key} 的部门，请由系统管理员先登记。"""

    code = "DEPARTMENT_UNKNOWN"


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
