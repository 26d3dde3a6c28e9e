"""Rows of contacts, consultations and calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.counselling.tables import consultation, contact, department_call
from engine.foundation.store.unit import Actor, Unit
from engine.foundation.vault import Vault
from engine.registry.identity.rules import Scope


@dataclass(frozen=True)
class Contact:
    """A question somebody brought, in clear text: shown masked."""

    number: str
    name: str
    phone: str
    about: str
    item_code: str | None
    first_responder: str
    responder: str
    offered_to: str | None
    state: str
    created_at: datetime
    closed_at: datetime | None
    answer: str | None
    case_root: str | None

    @property
    def root_id(self) -> str:
        """The root of its journal."""
        return f"contact:{self.number}"


@dataclass(frozen=True)
class Consultation:
    """A question to a department (``overdue_days`` are working days as of the answer)."""

    number: str
    case_root: str | None
    department: str
    title: str
    content: str
    asked_by: str
    asked_at: datetime
    due_on: date
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None
    overdue_days: int

    @property
    def root_id(self) -> str:
        """The root of its journal."""
        return f"consultation:{self.number}"


@dataclass(frozen=True)
class Call:
    """A call of the window to a department."""

    number: str
    purpose: str
    case_root: str | None
    item_code: str
    department: str
    called_by: str
    called_at: datetime
    request: str
    way: str | None
    answered_by: str | None
    answered_at: datetime | None
    minutes: int | None
    conclusion: str | None

    @property
    def root_id(self) -> str:
        """The root of its journal."""
        return f"call:{self.number}"


def put_contact(unit: Unit, root_id: str, *, phone: str, **values: Any) -> None:
    """Insert a contact; the phone lies sealed."""
    sealed = unit.part(Vault).seal(phone)
    unit.connection.execute(
        contact.insert().values(root_id=root_id, phone_sealed=sealed, created_at=unit.now, state="open", **values)
    )


def set_contact(unit: Unit, root_id: str, **values: Any) -> None:
    """Set columns of a contact."""
    unit.connection.execute(contact.update().where(contact.c.root_id == root_id).values(**values))


def contact_by_root(connection: Connection, vault: Vault, root_id: str) -> Contact | None:
    """Return a contact, or None."""
    row = connection.execute(sa.select(contact).where(contact.c.root_id == root_id)).one_or_none()
    return None if row is None else _contact(row, vault)


def contacts_for(
    connection: Connection, vault: Vault, actor: Actor, *, all_of_them: bool, state: str = "", limit: int = 100
) -> list[Contact]:
    """Return contacts, open ones first, newest first: the actor's own and those offered to the actor, or all."""
    mine = sa.or_(
        contact.c.responder == actor.account,
        contact.c.offered_to == actor.account,
        contact.c.first_responder == actor.account,
    )
    query = sa.select(contact).order_by((contact.c.state != "open"), contact.c.created_at.desc()).limit(limit)
    if not all_of_them:
        query = query.where(mine)
    if state:
        query = query.where(contact.c.state == state)
    return [_contact(row, vault) for row in connection.execute(query)]


def put_consultation(unit: Unit, root_id: str, **values: Any) -> None:
    """Insert a consultation that the actor asks now."""
    unit.connection.execute(
        consultation.insert().values(
            root_id=root_id, asked_by=unit.actor.account, asked_at=unit.now, overdue_days=0, **values
        )
    )


def set_consultation(unit: Unit, root_id: str, **values: Any) -> None:
    """Set columns of a consultation."""
    unit.connection.execute(consultation.update().where(consultation.c.root_id == root_id).values(**values))


def consultation_by_root(connection: Connection, root_id: str) -> Consultation | None:
    """Return a consultation, or None."""
    row = connection.execute(sa.select(consultation).where(consultation.c.root_id == root_id)).one_or_none()
    return None if row is None else _consultation(row)


def consultations_for(
    connection: Connection, scope: Scope, *, open_only: bool = False, case_root: str = "", limit: int = 100
) -> list[Consultation]:
    """Return the consultations in ``scope``, unanswered first, then newest first."""
    query = sa.select(consultation).order_by(
        consultation.c.answered_at.is_not(None), consultation.c.asked_at.desc()
    )
    chosen = _chosen(consultation, scope, open_only=open_only, case_root=case_root)
    return [_consultation(row) for row in connection.execute(query.where(*chosen).limit(limit))]


def put_call(unit: Unit, root_id: str, **values: Any) -> None:
    """Insert a call that the actor makes now."""
    unit.connection.execute(
        department_call.insert().values(
            root_id=root_id, called_by=unit.actor.account, called_at=unit.now, **values
        )
    )


def set_call(unit: Unit, root_id: str, **values: Any) -> None:
    """Set columns of a call."""
    unit.connection.execute(department_call.update().where(department_call.c.root_id == root_id).values(**values))


def call_by_root(connection: Connection, root_id: str) -> Call | None:
    """Return a call, or None."""
    row = connection.execute(sa.select(department_call).where(department_call.c.root_id == root_id)).one_or_none()
    return None if row is None else _call(row)


def calls_for(
    connection: Connection, scope: Scope, *, open_only: bool = False, case_root: str = "", limit: int = 100
) -> list[Call]:
    """Return the calls in ``scope``, unanswered first, then newest first."""
    query = sa.select(department_call).order_by(
        department_call.c.answered_at.is_not(None), department_call.c.called_at.desc()
    )
    chosen = _chosen(department_call, scope, open_only=open_only, case_root=case_root)
    return [_call(row) for row in connection.execute(query.where(*chosen).limit(limit))]


def response_times(connection: Connection, *, since: datetime, until: datetime) -> Mapping[str, list[int]]:
    """Return by department the minutes until each call of the period was answered (考核: 部门响应时长)."""
    period = (department_call.c.called_at >= since) & (department_call.c.called_at < until)
    query = sa.select(department_call).where(period, department_call.c.minutes.is_not(None))
    found: dict[str, list[int]] = {}
    for row in connection.execute(query.order_by(department_call.c.called_at)):
        found.setdefault(row.department, []).append(row.minutes)
    return found


def _chosen(table: sa.Table, scope: Scope, *, open_only: bool, case_root: str) -> list[sa.ColumnElement[bool]]:
    chosen: list[sa.ColumnElement[bool]] = []
    if not scope.everything:
        chosen.append(table.c.department.in_(scope.departments))
    if open_only:
        chosen.append(table.c.answered_at.is_(None))
    if case_root:
        chosen.append(table.c.case_root == case_root)
    return chosen


def _number(root_id: str) -> str:
    return root_id.partition(":")[2]


def _contact(row: Any, vault: Vault) -> Contact:
    values = dict(row._mapping)
    number, phone = _number(values.pop("root_id")), vault.unseal(values.pop("phone_sealed"))
    return Contact(number=number, phone=phone, **values)


def _consultation(row: Any) -> Consultation:
    values = dict(row._mapping)
    return Consultation(number=_number(values.pop("root_id")), **values)


def _call(row: Any) -> Call:
    values = dict(row._mapping)
    return Call(number=_number(values.pop("root_id")), **values)
