"""Rows of copies of drafts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.portable import insert_or_update
from engine.foundation.store.unit import Unit
from engine.foundation.vault import Vault
from engine.process.tasks.shift.tables import draft_copy


@dataclass(frozen=True)
class DraftCopy:
    """What a colleague had typed before handing the task over."""

    giver: str
    data: Mapping[str, Any]
    at: datetime


def copy_draft(unit: Unit, root_id: str, task_id: str, receiver: str, data: Mapping[str, Any]) -> None:
    """Give ``receiver`` a copy of the actor's draft; an older copy of the same giver is replaced."""
    values = {
        "root_id": root_id, "task_id": task_id, "account": receiver, "giver": unit.actor.account,
        "sealed": unit.part(Vault).seal_json(data), "at": unit.now,
    }  # fmt: skip
    insert_or_update(unit.connection, draft_copy, values, ["task_id", "account", "giver"])


def copies_for(connection: Connection, vault: Vault, task_id: str, account: str) -> list[DraftCopy]:
    """Return the copies that came to ``account`` with the task, newest first."""
    mine = (draft_copy.c.task_id == task_id) & (draft_copy.c.account == account)
    query = sa.select(draft_copy).where(mine).order_by(draft_copy.c.at.desc())
    return [DraftCopy(row.giver, dict(vault.unseal_json(row.sealed)), row.at) for row in connection.execute(query)]


def drop_copies(unit: Unit, task_ids: sa.Select[Any]) -> None:
    """Delete the copies of tasks that are closed."""
    unit.connection.execute(draft_copy.delete().where(draft_copy.c.task_id.in_(task_ids)))
