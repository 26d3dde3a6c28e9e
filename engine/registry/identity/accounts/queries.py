"""Accounts as the security administrator's lists show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.unit import Unit
from engine.registry.identity.factor.tables import second_factor
from engine.registry.identity.queries import AccountUnknown
from engine.registry.identity.sessions.queries import HANDLE
from engine.registry.identity.sessions.tables import account_address
from engine.registry.identity.tables import account, account_role, api_token, person


@dataclass(frozen=True)
class Mandate:
    """A role in a department, from one instant to another."""

    role: str
    department: str
    valid_from: datetime
    valid_until: datetime | None

    def over(self, now: datetime) -> bool:
        """Tell whether it has ended."""
        return self.valid_until is not None and self.valid_until <= now

    def holds(self, now: datetime) -> bool:
        """Tell whether it holds at ``now``."""
        return self.valid_from <= now and not self.over(now)

    def state(self, now: datetime) -> str:
        """Return ``holds``, ``coming`` or ``over``."""
        return "over" if self.over(now) else "holds" if self.valid_from <= now else "coming"


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    id: str
    person: str
    name: str
    state: str
    demo: bool
    signed_in_at: datetime | None
    factor: bool
    paused_until: datetime | None
    """Until when an address that failed may not try (machine time)."""
    mandates: tuple[Mandate, ...]


@dataclass(frozen=True)
class AccountFile:
    """One account."""

    id: str
    person: str
    name: str
    state: str
    demo: bool
    created_at: datetime
    signed_in_at: datetime | None
    signed_in_address: str
    password_at: datetime
    must_change: bool
    failed_since: int
    mandates: tuple[Mandate, ...]
    others: tuple[str, ...]
    """Further accounts of the same natural person."""


@dataclass(frozen=True)
class Token:
    """A machine token, without its value."""

    handle: str
    created_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Asked:
    """What a list of accounts was asked for; empty texts ask nothing."""

    find: str = ""
    department: str = ""
    role: str = ""
    state: str = ""
    paused: bool = False


def listed(
    connection: Connection, asked: Asked, *, now: datetime, machine_now: datetime, offset: int, limit: int
) -> tuple[list[Row], int]:
    """Return a page of the accounts in the order of their names, and how many there are in all."""
    chosen = _conditions(asked, now, machine_now)
    base = sa.select(account.c.id).join(person, person.c.id == account.c.person).where(*chosen)
    total = int(connection.execute(sa.select(sa.func.count()).select_from(base.subquery())).scalar_one())
    pauses = sa.select(account_address.c.account, sa.func.max(account_address.c.paused_until).label("until"))
    pauses = pauses.where(account_address.c.paused_until > machine_now).group_by(account_address.c.account)
    paused = pauses.subquery()
    query = (
        sa.select(account, person.c.name, second_factor.c.account.is_not(None).label("factor"), paused.c.until)
        .join(person, person.c.id == account.c.person)
        .outerjoin(second_factor, second_factor.c.account == account.c.id)
        .outerjoin(paused, paused.c.account == account.c.id)
        .where(*chosen)
        .order_by(account.c.id)
        .offset(offset)
        .limit(limit)
    )
    rows = connection.execute(query).all()
    mandates = _mandates(connection, [row.id for row in rows])
    return [
        Row(
            id=row.id, person=row.person, name=row.name, state=row.state, demo=row.demo, signed_in_at=row.signed_in_at,
            factor=bool(row.factor), paused_until=row.until, mandates=tuple(mandates.get(row.id, ())),
        )
        for row in rows
    ], total  # fmt: skip


def _conditions(asked: Asked, now: datetime, machine_now: datetime) -> list[sa.ColumnElement[bool]]:
    chosen: list[sa.ColumnElement[bool]] = []
    if asked.find:
        within = (one.contains(asked.find, autoescape=True) for one in (account.c.id, person.c.name, person.c.id))
        chosen.append(sa.or_(*within))
    if asked.state:
        chosen.append(account.c.state == asked.state)
    if asked.role or asked.department:
        mine = [account_role.c.account == account.c.id, _not_over(now)]
        mine += [account_role.c.role == asked.role] if asked.role else []
        mine += [account_role.c.department == asked.department] if asked.department else []
        chosen.append(sa.exists().where(*mine))
    if asked.paused:
        here = account_address.c.account == account.c.id
        chosen.append(sa.exists().where(here, account_address.c.paused_until > machine_now))
    return chosen


def _not_over(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(account_role.c.valid_until.is_(None), account_role.c.valid_until > now)


def _mandates(connection: Connection, ids: Sequence[str]) -> dict[str, list[Mandate]]:
    query = sa.select(account_role).where(account_role.c.account.in_(ids))
    found: dict[str, list[Mandate]] = {}
    for row in connection.execute(query.order_by(account_role.c.role, account_role.c.department)):
        found.setdefault(row.account, []).append(Mandate(row.role, row.department, row.valid_from, row.valid_until))
    return found


def account_file(connection: Connection, id: str) -> AccountFile:
    """Return one account with all its mandates, past ones too; raise AccountUnknown."""
    query = sa.select(account, person.c.name).join(person, person.c.id == account.c.person).where(account.c.id == id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise AccountUnknown(account=id)
    others = sa.select(account.c.id).where(account.c.person == row.person, account.c.id != id).order_by(account.c.id)
    return AccountFile(
        id=row.id, person=row.person, name=row.name, state=row.state, demo=row.demo, created_at=row.created_at,
        signed_in_at=row.signed_in_at, signed_in_address=row.signed_in_address or "",
        password_at=row.password_at or row.created_at, must_change=row.must_change, failed_since=row.failed_since,
        mandates=tuple(_mandates(connection, [id]).get(id, ())), others=tuple(connection.scalars(others)),
    )  # fmt: skip


def mandate(connection: Connection, id: str, role: str, department: str) -> Mandate | None:
    """Return an account's mandate for a role in a department, past or coming too, or None."""
    return next(
        (one for one in _mandates(connection, [id]).get(id, ()) if (one.role, one.department) == (role, department)),
        None,
    )


def held_by_person(unit: Unit, person_id: str) -> set[str]:
    """Return every role that any account of the natural person holds or will hold.

    The person is locked first: two who grant at once must not each miss the other's grant.
    """
    unit.connection.execute(sa.select(person.c.id).where(person.c.id == person_id).with_for_update())
    query = sa.select(account_role.c.role).join(account, account.c.id == account_role.c.account)
    return set(unit.connection.scalars(query.where(account.c.person == person_id, _not_over(unit.now))))


def holds_any(connection: Connection, id: str, now: datetime) -> bool:
    """Tell whether the account holds any role at ``now``."""
    query = sa.select(account_role.c.role).where(account_role.c.account == id, account_role.c.valid_from <= now)
    return connection.execute(query.where(_not_over(now))).first() is not None


def end_grant(unit: Unit, id: str, role: str, department: str) -> None:
    """End a mandate now; one that has not begun yet is gone."""
    mine = (account_role.c.account == id) & (account_role.c.role == role) & (account_role.c.department == department)
    unit.connection.execute(account_role.delete().where(mine, account_role.c.valid_from > unit.now))
    unit.connection.execute(account_role.update().where(mine).values(valid_until=unit.now))


def tokens_of(connection: Connection, id: str, machine_now: datetime) -> list[Token]:
    """Return the account's machine tokens that have not ended (machine time), newest first."""
    query = sa.select(api_token).where(api_token.c.account == id, api_token.c.ends_at > machine_now)
    rows = connection.execute(query.order_by(api_token.c.created_at.desc(), api_token.c.token_hash))
    return [Token(row.token_hash[:HANDLE], row.created_at, row.ends_at) for row in rows]


def drop_tokens(unit: Unit, id: str, handle: str = "") -> int:
    """Delete one of an account's tokens by its handle, or all; return how many."""
    chosen = [api_token.c.account == id]
    if handle:
        fits = api_token.c.token_hash.startswith(handle, autoescape=True)
        chosen.append(fits if len(handle) == HANDLE else sa.false())
    return unit.connection.execute(api_token.delete().where(*chosen)).rowcount


def person_known(connection: Connection, person_id: str) -> str | None:
    """Return the name of a natural person who has an account, or None."""
    return connection.execute(sa.select(person.c.name).where(person.c.id == person_id)).scalar_one_or_none()
