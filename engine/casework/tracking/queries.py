"""Giving and checking query codes."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.tracking.rules import NoQueryCode, ProgressUnknown
from engine.casework.tracking.tables import query_code
from engine.foundation.store.portable import insert_or_update
from engine.foundation.store.unit import Unit
from engine.foundation.vault import Vault


@dataclass(frozen=True)
class QueryCode:
    """A case's code in clear text, for the slip."""

    code: str
    number: int
    given_at: datetime


def put_code(unit: Unit, root_id: str, code: str) -> int:
    """Make ``code`` the case's only one; return how many the case has had."""
    row = _row(unit.connection, root_id)
    number = 1 if row is None else row.number + 1
    vault = unit.part(Vault)
    values = {
        "root_id": root_id, "sealed": vault.seal(code), "digest": _digest(vault, root_id, code), "number": number,
        "given_at": unit.now, "given_by": unit.actor.account,
    }  # fmt: skip
    insert_or_update(unit.connection, query_code, values, ["root_id"])
    return number


def code_of(connection: Connection, vault: Vault, root_id: str) -> QueryCode:
    """Return the case's code; raise :class:`NoQueryCode`."""
    row = _row(connection, root_id)
    if row is None:
        raise NoQueryCode(case_no=root_id.removeprefix("case:"))
    return QueryCode(vault.unseal(row.sealed), row.number, row.given_at)


def root_for(connection: Connection, vault: Vault, case_no: str, code: str) -> str:
    """Return the root of the case that ``case_no`` and ``code`` open together; raise :class:`ProgressUnknown`.

    An unknown number costs the same: one row is looked for, one digest made, one comparison done.
    """
    root_id = f"case:{case_no}"
    row = _row(connection, root_id)
    kept = "0" * 64 if row is None else row.digest
    if not hmac.compare_digest(kept, _digest(vault, root_id, code)):
        raise ProgressUnknown
    return root_id


def _row(connection: Connection, root_id: str) -> Any:
    return connection.execute(sa.select(query_code).where(query_code.c.root_id == root_id)).one_or_none()


def _digest(vault: Vault, root_id: str, code: str) -> str:
    return vault.blind_index("query_code", f"{root_id}\0{code}")
