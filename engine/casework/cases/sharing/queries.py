"""Rows of shared materials."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.cases.file.tables import material, material_file
from engine.casework.cases.sharing.rules import SharedMissing
from engine.casework.cases.sharing.tables import shared_material
from engine.casework.cases.tables import case_file
from engine.foundation.store.portable import insert_if_missing
from engine.foundation.store.unit import Unit
from engine.registry.identity.rules import Scope


@dataclass(frozen=True)
class Shared:
    """A material shown to another department; the case itself stays out of that department's sight."""

    case_no: str
    item_name: str
    applicant_name: str
    owner: str
    no: int
    name: str
    department: str
    purpose: str
    account: str
    at: datetime
    files: tuple[tuple[str, str], ...]
    """Digest and name of each electronic file."""


def share(unit: Unit, root_id: str, no: int, department: str, purpose: str) -> bool:
    """Insert that a material is shared; return False when it was already."""
    values = {"root_id": root_id, "no": no, "department": department, "purpose": purpose,
              "account": unit.actor.account, "at": unit.now}  # fmt: skip
    return insert_if_missing(unit.connection, shared_material, values)


def numbers_shared_with(connection: Connection, root_id: str, departments: Collection[str]) -> frozenset[int]:
    """Return the numbers of the materials of a case that are shared with any of ``departments``."""
    mine = (shared_material.c.root_id == root_id) & shared_material.c.department.in_(departments)
    return frozenset(connection.scalars(sa.select(shared_material.c.no).where(mine)))


def shared_with(connection: Connection, scope: Scope, *, limit: int = 100) -> list[Shared]:
    """Return what is shared with the reader's departments, newest first; whoever sees everything sees all."""
    query = (
        sa.select(shared_material, case_file.c.case_no, case_file.c.item_name, case_file.c.applicant_name,
                  case_file.c.department.label("owner"), material.c.name)
        .join(case_file, case_file.c.root_id == shared_material.c.root_id)
        .join(material, (material.c.root_id == shared_material.c.root_id) & (material.c.no == shared_material.c.no))
        .order_by(shared_material.c.at.desc(), shared_material.c.root_id, shared_material.c.no)
        .limit(limit)
    )  # fmt: skip
    if not scope.everything:
        query = query.where(shared_material.c.department.in_(scope.departments))
    rows = connection.execute(query).all()
    files = _files(connection, {row.root_id for row in rows})
    return [
        Shared(row.case_no, row.item_name, row.applicant_name, row.owner, row.no, row.name, row.department,
               row.purpose, row.account, row.at, tuple(files.get((row.root_id, row.no), ())))
        for row in rows
    ]  # fmt: skip


def shared_file(connection: Connection, scope: Scope, case_no: str, digest: str) -> Shared:
    """Return the shared material that has the file ``digest``; raise :class:`SharedMissing`."""
    for one in shared_with(connection, scope, limit=1000):
        if one.case_no == case_no and any(known == digest for known, _ in one.files):
            return one
    raise SharedMissing


def _files(connection: Connection, roots: set[str]) -> dict[tuple[str, int], list[tuple[str, str]]]:
    query = sa.select(material_file).where(material_file.c.root_id.in_(roots)).order_by(material_file.c.file_name)
    found: dict[tuple[str, int], list[tuple[str, str]]] = {}
    for row in connection.execute(query):
        found.setdefault((row.root_id, row.no), []).append((row.digest, row.file_name))
    return found
