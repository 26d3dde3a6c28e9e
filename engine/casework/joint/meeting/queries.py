"""Rows of meetings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.joint.meeting.tables import joint_meeting, joint_meeting_party, joint_minutes
from engine.foundation.store.unit import Unit


@dataclass(frozen=True)
class Party:
    """A department at a meeting; ``answer`` is attend, absent or None, ``attendee`` an account of it (UTC)."""

    department: str
    lead: bool
    answer: str | None = None
    reason: str = ""
    attendee: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Minutes:
    """What was written down after a meeting; later versions follow on documents that were made void."""

    version: int
    host: str
    attendance: tuple[Mapping[str, Any], ...]
    discussion: tuple[Mapping[str, Any], ...]
    points: tuple[str, ...]
    document_id: str
    document_number: str
    account: str
    at: datetime


@dataclass(frozen=True)
class Meeting:
    """A meeting with its parties (the lead first) and its minutes (oldest first); ``lasts`` minutes, times UTC."""

    number: int
    state: str
    at: datetime
    lasts: int
    place: str
    agenda: tuple[str, ...]
    called_by: str
    called_at: datetime
    reason: str
    changed_by: str | None
    changed_at: datetime | None
    parties: tuple[Party, ...]
    minutes: tuple[Minutes, ...]

    @property
    def until(self) -> datetime:
        """When it is planned to end."""
        return self.at + timedelta(minutes=self.lasts)

    @property
    def moved(self) -> bool:
        """Whether it was moved."""
        return self.changed_at is not None and self.state != "cancelled"

    @property
    def invited(self) -> tuple[str, ...]:
        """The departments that are asked whether they come."""
        return tuple(one.department for one in self.parties if not one.lead)


_PARTY = [joint_meeting_party.c[name] for name in Party.__dataclass_fields__]
_MINUTES = [joint_minutes.c[name] for name in Minutes.__dataclass_fields__]
_OWN = [joint_meeting.c[name] for name in Meeting.__dataclass_fields__ if name in joint_meeting.c]


def put_meeting(unit: Unit, root_id: str, values: Mapping[str, Any], parties: Iterable[Party]) -> None:
    """Insert a meeting called by the actor now, with its parties in order."""
    by = {"called_by": unit.actor.account, "called_at": unit.now, "reason": ""}
    unit.connection.execute(joint_meeting.insert().values(root_id=root_id, state="called", **by, **values))
    rows = [
        {"root_id": root_id, "number": values["number"], "position": place, **vars(one)}
        for place, one in enumerate(parties, 1)
    ]
    unit.connection.execute(joint_meeting_party.insert(), rows)


def set_meeting(unit: Unit, root_id: str, number: int, **values: Any) -> None:
    """Set columns of a meeting."""
    mine = (joint_meeting.c.root_id == root_id) & (joint_meeting.c.number == number)
    unit.connection.execute(joint_meeting.update().where(mine).values(**values))


def set_answer(unit: Unit, root_id: str, number: int, department: str, **values: Any) -> None:
    """Keep what a department answered now."""
    by = {"answered_by": unit.actor.account, "answered_at": unit.now}
    mine = _of(root_id, number) & (joint_meeting_party.c.department == department)
    unit.connection.execute(joint_meeting_party.update().where(mine).values(**by, **values))


def forget_answers(unit: Unit, root_id: str, number: int) -> None:
    """Let every department but the lead answer anew."""
    unsaid = {"answer": None, "reason": "", "attendee": None, "answered_by": None, "answered_at": None}
    mine = _of(root_id, number) & joint_meeting_party.c.lead.is_(False)
    unit.connection.execute(joint_meeting_party.update().where(mine).values(**unsaid))


def put_minutes(unit: Unit, root_id: str, number: int, values: Minutes) -> None:
    """Insert what is written down of a meeting."""
    lists = {name: list(getattr(values, name)) for name in ("attendance", "discussion", "points")}
    unit.connection.execute(joint_minutes.insert().values(root_id=root_id, number=number, **{**vars(values), **lists}))


def meetings_at(connection: Connection, root_id: str) -> list[Meeting]:
    """Return the meetings of a case in the order they were called, whatever their number by three statements."""
    parties: dict[int, list[Party]] = {}
    query = sa.select(joint_meeting_party.c.number, *_PARTY).where(joint_meeting_party.c.root_id == root_id)
    for row in connection.execute(query.order_by(joint_meeting_party.c.number, joint_meeting_party.c.position)):
        parties.setdefault(row[0], []).append(Party(*row[1:]))
    minutes: dict[int, list[Minutes]] = {}
    written = sa.select(joint_minutes.c.number, *_MINUTES).where(joint_minutes.c.root_id == root_id)
    for row in connection.execute(written.order_by(joint_minutes.c.number, joint_minutes.c.version)):
        minutes.setdefault(row[0], []).append(_minutes(row[1:]))
    called = sa.select(*_OWN).where(joint_meeting.c.root_id == root_id).order_by(joint_meeting.c.number)
    return [
        Meeting(
            **{**row._mapping, "agenda": tuple(row.agenda)}, parties=tuple(parties.get(row.number, ())),
            minutes=tuple(minutes.get(row.number, ())),
        )
        for row in connection.execute(called)
    ]  # fmt: skip


def _of(root_id: str, number: int) -> sa.ColumnElement[bool]:
    return (joint_meeting_party.c.root_id == root_id) & (joint_meeting_party.c.number == number)


def _minutes(row: Any) -> Minutes:
    told = dict(zip(Minutes.__dataclass_fields__, row, strict=True))
    return Minutes(**{**told, **{name: tuple(told[name]) for name in ("attendance", "discussion", "points")}})
