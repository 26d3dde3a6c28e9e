"""Rows of leaves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.unit import Unit
from engine.registry.identity.leave.rules import Leave
from engine.registry.identity.leave.tables import absence
from engine.registry.identity.queries import lent_posts
from engine.registry.identity.rules import STOOD_IN
from engine.registry.identity.tables import account, account_role, person


def leave_of(connection: Connection, id: int) -> Leave | None:
    """Return one leave, or None."""
    found = _leaves(connection, absence.c.id == id)
    return found[0] if found else None


def on_leave(connection: Connection, accounts: Iterable[str], at: datetime) -> dict[str, Leave]:
    """Return, of ``accounts``, those that are absent at the instant ``at`` (UTC), each with its leave."""
    mine = absence.c.account.in_(sorted(set(accounts)))
    found = _leaves(connection, mine, _stands(), absence.c.starts_at <= at, absence.c.ends_at > at)
    return {one.account: one for one in found}


def away_in(connection: Connection, departments: Iterable[str], at: datetime) -> dict[str, list[tuple[str, str]]]:
    """Return by department who of it is absent at ``at`` (UTC), each with the substitute: (name, name), in order."""
    other, stand_in = account.alias(), person.alias()
    query = (
        sa.select(account_role.c.department, person.c.name, stand_in.c.name.label("substitute"))
        .distinct()
        .select_from(absence)
        .join(account_role, account_role.c.account == absence.c.account)
        .join(account, account.c.id == absence.c.account)
        .join(person, person.c.id == account.c.person)
        .join(other, other.c.id == absence.c.substitute)
        .join(stand_in, stand_in.c.id == other.c.person)
        .where(_stands(), absence.c.starts_at <= at, absence.c.ends_at > at)
        .where(account_role.c.department.in_(sorted(set(departments))), account_role.c.role.in_(STOOD_IN))
        .order_by(account_role.c.department, person.c.name)
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for row in connection.execute(query):
        found.setdefault(row.department, []).append((row.name, row.substitute))
    return found


def leaves_within(connection: Connection, since: datetime, until: datetime) -> list[Leave]:
    """Return the leaves of anybody that share a moment with the period, and were not revoked."""
    return _leaves(connection, _stands(), absence.c.starts_at < until, absence.c.ends_at > since)


def leaves_of(
    connection: Connection, account_id: str, departments: Iterable[str], *, everything: bool = False, limit: int = 200
) -> list[Leave]:  # fmt: skip
    """Return the leaves of and for an account and those of ``departments`` (``everything``: all), newest first."""
    if everything:
        return _leaves(connection, sa.true(), limit=limit)
    there = sa.select(account_role.c.account).where(account_role.c.department.in_(sorted(set(departments))))
    mine = sa.or_(
        absence.c.account == account_id, absence.c.substitute == account_id, absence.c.account.in_(there)
    )  # fmt: skip
    return _leaves(connection, mine, limit=limit)


def put_leave(unit: Unit, *, account_id: str, substitute: str, since: datetime, until: datetime, reason: str) -> int:
    """Insert a leave; return its id."""
    values = {
        "account": account_id, "substitute": substitute, "starts_at": since, "ends_at": until, "reason": reason,
        "registered_by": unit.actor.account, "registered_at": unit.now,
    }  # fmt: skip
    made = unit.connection.execute(absence.insert().values(**values).returning(absence.c.id))
    return int(made.scalar_one())


def end_leave(unit: Unit, id: int) -> None:
    """Note that a leave counts no more."""
    values = {"revoked_by": unit.actor.account, "revoked_at": unit.now}
    unit.connection.execute(absence.update().where(absence.c.id == id).values(**values))


def stands_in(connection: Connection, substitute: str, absent: str, role: str, department: str, now: datetime) -> bool:
    """Tell whether ``substitute`` fills that post of ``absent`` at ``now``."""
    lent = lent_posts(now).subquery()
    mine = (lent.c.substitute == substitute) & (lent.c.absent == absent)
    query = sa.select(lent.c.absent).where(mine, lent.c.role == role, lent.c.department == department)
    return connection.execute(query.limit(1)).first() is not None


def people_of(connection: Connection, accounts: Iterable[str]) -> dict[str, tuple[str, str, bool]]:
    """Return (natural person, name, whether it is active) of each account that is there."""
    query = sa.select(account.c.id, account.c.person, person.c.name, account.c.state)
    query = query.join(person, person.c.id == account.c.person).where(account.c.id.in_(sorted(set(accounts))))
    return {row.id: (row.person, row.name, row.state == "active") for row in connection.execute(query)}


def lendable(connection: Connection, places: Iterable[str] | None, now: datetime) -> list[tuple[str, str, str]]:
    """Return (account, name, department) of active accounts whose post somebody else may fill, in ``places`` or all."""
    query = (
        sa.select(account.c.id, person.c.name, account_role.c.department)
        .distinct()
        .join(person, person.c.id == account.c.person)
        .join(account_role, account_role.c.account == account.c.id)
        .where(account.c.state == "active", account_role.c.role.in_(STOOD_IN), account_role.c.valid_from <= now,
               sa.or_(account_role.c.valid_until.is_(None), account_role.c.valid_until > now))
        .order_by(account_role.c.department, account.c.id)
    )  # fmt: skip
    if places is not None:
        query = query.where(account_role.c.department.in_(sorted(set(places))))
    return [(row.id, row.name, row.department) for row in connection.execute(query)]


def _stands() -> sa.ColumnElement[bool]:
    return absence.c.revoked_at.is_(None)


def _leaves(connection: Connection, *chosen: sa.ColumnElement[bool], limit: int | None = None) -> list[Leave]:
    query = sa.select(absence).where(*chosen).order_by(absence.c.starts_at.desc(), absence.c.id.desc())
    return [Leave(*row) for row in connection.execute(query.limit(limit) if limit else query)]
