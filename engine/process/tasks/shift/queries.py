"""Rows of copies of drafts; tasks in hands that may no longer work them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.portable import insert_or_update
from engine.foundation.store.unit import Unit
from engine.foundation.vault import Vault
from engine.process.tasks.shift.tables import draft_copy
from engine.process.tasks.tables import task
from engine.registry.identity.queries import disabled_accounts, ended_mandates, lent_posts, posts_held


@dataclass(frozen=True)
class DraftCopy:
    """What a colleague had typed before handing the task over."""

    giver: str
    data: Mapping[str, Any]
    at: datetime


def copy_draft(
    unit: Unit, root_id: str, task_id: str, receiver: str, data: Mapping[str, Any], *, giver: str = ""
) -> None:  # fmt: skip
    """Give ``receiver`` a copy of the draft of ``giver`` (the actor); an older copy of the same giver is replaced."""
    values = {
        "root_id": root_id, "task_id": task_id, "account": receiver, "giver": giver or unit.actor.account,
        "sealed": unit.part(Vault).seal_json(data), "at": unit.now,
    }  # fmt: skip
    insert_or_update(unit.connection, draft_copy, values, ["task_id", "account", "giver"])


def copies_for(connection: Connection, vault: Vault, task_id: str, account: str) -> list[DraftCopy]:
    """Return the copies that came to ``account`` with the task, newest first."""
    mine = (draft_copy.c.task_id == task_id) & (draft_copy.c.account == account)
    query = sa.select(draft_copy).where(mine).order_by(draft_copy.c.at.desc())
    return [DraftCopy(row.giver, dict(vault.unseal_json(row.sealed)), row.at) for row in connection.execute(query)]


def has_copies(task_id: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Say, in a statement about tasks, that there is a copy of somebody's draft of the task."""
    return sa.exists().where(draft_copy.c.task_id == task_id)


def drop_copies(unit: Unit, task_ids: Iterable[str]) -> None:
    """Delete the copies of tasks that are closed."""
    unit.connection.execute(draft_copy.delete().where(draft_copy.c.task_id.in_(task_ids)))


def stranded(connection: Connection, now: datetime, *, task_id: str = "", limit: int = 100) -> list[str]:
    """Return open tasks whose holder's mandate for them has ended, or whose holder's account was disabled.

    So are those that are held for an absent person who is back, by somebody without such a post.  With ``task_id`` only
    that task is looked at.
    """
    chosen = [task.c.state == sa.literal_column("'open'"), *([task.c.id == task_id] if task_id else [])]
    ended = ended_mandates(now).subquery()
    whose = (
        (task.c.holder == ended.c.account)
        & (task.c.role == ended.c.role)
        & (task.c.department == ended.c.department)
    )  # fmt: skip
    expired = sa.select(task.c.id).join(ended, whose).where(*chosen)
    disabled = sa.select(task.c.id).where(*chosen, task.c.holder.in_(disabled_accounts()))
    lent, held = lent_posts(now).subquery(), posts_held(now).subquery()
    post = (task.c.role, task.c.department)
    still = sa.exists().where(
        lent.c.substitute == task.c.holder, lent.c.absent == task.c.on_behalf, lent.c.role == post[0],
        lent.c.department == post[1],
    )  # fmt: skip
    own = sa.exists().where(held.c.account == task.c.holder, held.c.role == post[0], held.c.department == post[1])
    back = sa.select(task.c.id).where(*chosen, task.c.on_behalf.is_not(None), ~still, ~own)
    found = expired.union(disabled, back).subquery()
    return list(connection.scalars(sa.select(found.c.id).order_by(found.c.id).limit(limit)))
