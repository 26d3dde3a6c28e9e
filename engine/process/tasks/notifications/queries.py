"""What the people of a role are told in-house: notifications."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.errors import NotFound
from engine.foundation.store.portable import insert_if_missing
from engine.foundation.store.unit import Actor, Unit
from engine.process.tasks.notifications.tables import notification, notification_read


class NotificationMissing(NotFound):
    """没有编号为 {id} 的消息，或者它不是发给您的岗位的。请刷新消息列表后再操作。"""

    code = "NOTIFICATION_MISSING"


@dataclass(frozen=True)
class Notification:
    """One message to a role."""

    id: int
    root_id: str
    kind: str
    sentence: str
    at: datetime
    read: bool


def notify(unit: Unit, root_id: str, role: str, place: str, kind: str, sentence: str) -> None:
    """Tell everybody who holds ``role`` in ``place`` (department key or ``center``)."""
    unit.connection.execute(
        notification.insert().values(
            root_id=root_id, role=role, department=place, kind=kind, sentence=sentence, at=unit.now
        )
    )


def notify_account(
    unit: Unit, root_id: str, account: str, role: str, place: str, kind: str, sentence: str
) -> None:  # fmt: skip
    """Tell one account, for the post (``role`` in ``place``) in which the matter is in their hands."""
    unit.connection.execute(
        notification.insert().values(
            root_id=root_id, role=role, department=place, kind=kind, sentence=sentence, at=unit.now, account=account
        )
    )


def notifications_for(
    connection: Connection, actor: Actor, *, limit: int = 50, offset: int = 0
) -> list[Notification]:  # fmt: skip
    """Return what the actor's roles, or the actor alone, were told, newest first, ``limit`` behind ``offset``."""
    # One walk along the index for each role: an OR over them would sort everything they were ever told.
    newest = (notification.c.at.desc(), notification.c.id.desc())
    parts = [
        sa.select(notification).where(chosen).order_by(*newest).limit(offset + limit).subquery()
        for chosen in (notification.c.account == actor.account, *(_post(*grant) for grant in sorted(set(actor.grants))))
    ]
    told = sa.union_all(*(sa.select(part) for part in parts)).subquery()
    read = sa.exists().where(
        notification_read.c.notification_id == told.c.id, notification_read.c.account == actor.account
    )
    query = sa.select(told, read.label("is_read")).order_by(told.c.at.desc(), told.c.id.desc())
    query = query.offset(offset).limit(limit)
    return [
        Notification(row.id, row.root_id, row.kind, row.sentence, row.at, bool(row.is_read))
        for row in connection.execute(query)
    ]


def mark_read(unit: Unit, ids: tuple[int, ...]) -> None:
    """Note that the actor has read the notifications; others' reading is their own.

    Raises :class:`NotificationMissing` when one is not there or was told to other roles.
    """
    query = sa.select(notification.c.id, notification.c.role, notification.c.department, notification.c.account)
    found = unit.connection.execute(query.where(notification.c.id.in_(ids)))
    told = {row.id: _is_for(unit.actor, row) for row in found}
    for id in ids:
        if not told.get(id):
            raise NotificationMissing(id=id)
        values = {"notification_id": id, "account": unit.actor.account, "at": unit.now}
        insert_if_missing(unit.connection, notification_read, values)


def _post(role: str, place: str) -> sa.ColumnElement[bool]:
    mine = (notification.c.role == role) & (notification.c.department == place)
    return mine & notification.c.account.is_(None)


def _is_for(actor: Actor, row: Any) -> bool:
    if row.account is not None:
        return bool(row.account == actor.account)
    return (row.role, row.department) in actor.grants
