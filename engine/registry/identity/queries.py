"""Accounts, sessions and tokens as rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.errors import NotFound, Unauthenticated
from engine.foundation.store.portable import insert_if_missing, insert_or_update
from engine.foundation.store.unit import Actor, Unit
from engine.foundation.vault import token_hash as hash_of_token
from engine.registry.identity.rules import ROLES
from engine.registry.identity.tables import account, account_role, api_token, person, session


class AccountUnknown(NotFound):
    """没有账号 {account}，请核对后再试。"""

    code = "ACCOUNT_UNKNOWN"


class AccountDisabled(Unauthenticated):
    """账号 {account} 已停用，请联系安全管理员。"""

    code = "ACCOUNT_DISABLED"


@dataclass(frozen=True)
class OpenSession:
    """A signed-in browser."""

    actor: Actor
    csrf: str
    seen_at: datetime
    """When the browser was last used (machine time)."""
    signed_in_at: datetime
    """When this session was opened (the house's time)."""


def actor_of(connection: Connection, account_id: str, now: datetime, *, channel: str) -> Actor:
    """Return the actor behind ``account_id`` with the roles valid at ``now``.

    Raises :class:`AccountUnknown` or :class:`AccountDisabled`.
    """
    row = connection.execute(
        sa.select(account.c.state, account.c.person, person.c.name)
        .join(person, person.c.id == account.c.person)
        .where(account.c.id == account_id)
    ).one_or_none()
    if row is None:
        raise AccountUnknown(account=account_id)
    if row.state != "active":
        raise AccountDisabled(account=account_id)
    return Actor(
        account=account_id, person=row.person, name=row.name, channel=channel,
        grants=_grants(connection, account_id, now),
    )  # fmt: skip


def _grants(connection: Connection, account_id: str, now: datetime) -> tuple[tuple[str, str], ...]:
    rows = connection.execute(
        sa.select(account_role.c.role, account_role.c.department)
        .where(
            account_role.c.account == account_id,
            account_role.c.valid_from <= now,
            sa.or_(account_role.c.valid_until.is_(None), account_role.c.valid_until > now),
        )
        .order_by(account_role.c.role, account_role.c.department)
    )
    return tuple((row.role, row.department) for row in rows)


def lapsed_at(connection: Connection, account_id: str, role: str, department: str, now: datetime) -> datetime | None:
    """Return when the account's mandate for ``role`` in ``department`` ended, or None when none of theirs did."""
    query = sa.select(account_role.c.valid_until).where(
        account_role.c.account == account_id,
        account_role.c.role == role,
        account_role.c.department == department,
        account_role.c.valid_until <= now,
    )
    return connection.execute(query).scalar_one_or_none()


def ended_mandates(now: datetime) -> sa.Select[tuple[str, str, str]]:
    """Return (account, role, department) of every mandate that has ended, as a table for a join."""
    columns = (account_role.c.account, account_role.c.role, account_role.c.department)
    return sa.select(*columns).where(account_role.c.valid_until <= now)


def disabled_accounts() -> sa.Select[tuple[str]]:
    """Return the ids of the accounts that were disabled, as a table for a condition."""
    return sa.select(account.c.id).where(account.c.state != "active")


def password_hash_of(connection: Connection, account_id: str) -> str | None:
    """Return the stored argon2 hash, or None for an unknown or disabled account."""
    return connection.execute(
        sa.select(account.c.password_hash).where(account.c.id == account_id, account.c.state == "active")
    ).scalar_one_or_none()


def session_of(connection: Connection, token: str, *, machine_now: datetime, now: datetime) -> OpenSession | None:
    """Return the session of a browser's token when it has not ended.

    A session ends by the machine's clock (``machine_now``): moving the demonstration's clock signs nobody out.
    The roles are those valid at the house's ``now``.
    """
    row = connection.execute(
        sa.select(session).where(session.c.token_hash == hash_of_token(token), session.c.ends_at > machine_now)
    ).one_or_none()
    if row is None:
        return None
    return OpenSession(
        actor=actor_of(connection, row.account, now, channel="web"),
        csrf=row.csrf, seen_at=row.seen_at, signed_in_at=row.created_at,
    )  # fmt: skip


def actor_of_token(connection: Connection, token: str, *, machine_now: datetime, now: datetime) -> Actor | None:
    """Return the actor of a valid machine token, else None.

    Like a session, a token ends by the machine's clock; the roles are those valid at the house's ``now``.
    """
    mine = (api_token.c.token_hash == hash_of_token(token)) & (api_token.c.ends_at > machine_now)
    found = connection.execute(sa.select(api_token.c.account).where(mine)).scalar_one_or_none()
    return None if found is None else actor_of(connection, found, now, channel="api")


def staff_of(connection: Connection, department: str, now: datetime) -> list[tuple[str, str]]:
    """Return (account, person's name) of everybody with a role in ``department`` at ``now``."""
    query = (
        sa.select(account.c.id, person.c.name)
        .distinct()
        .join(person, person.c.id == account.c.person)
        .join(account_role, account_role.c.account == account.c.id)
        .where(
            account_role.c.department == department,
            account.c.state == "active",
            account_role.c.valid_from <= now,
            sa.or_(account_role.c.valid_until.is_(None), account_role.c.valid_until > now),
        )
        .order_by(account.c.id)
    )
    return [(row.id, row.name) for row in connection.execute(query)]


def staff_with(connection: Connection, roles: Iterable[str], now: datetime) -> list[tuple[str, str]]:
    """Return (account, name with its post) of every active account that holds one of ``roles`` at ``now``."""
    query = (
        sa.select(account.c.id, person.c.name, account_role.c.role)
        .join(person, person.c.id == account.c.person)
        .join(account_role, account_role.c.account == account.c.id)
        .where(
            account_role.c.role.in_(list(roles)),
            account.c.state == "active",
            account_role.c.valid_from <= now,
            sa.or_(account_role.c.valid_until.is_(None), account_role.c.valid_until > now),
        )
        .order_by(account.c.id, account_role.c.role)
    )
    found: dict[str, str] = {}
    for row in connection.execute(query):
        found.setdefault(row.id, f"{row.name}（{row.id} {ROLES.get(row.role, row.role)}）")
    return list(found.items())


def names_of(connection: Connection, accounts: set[str]) -> dict[str, str]:
    """Return the person's name of each account."""
    query = (
        sa.select(account.c.id, person.c.name)
        .join(person, person.c.id == account.c.person)
        .where(account.c.id.in_(accounts))
    )
    return {row.id: row.name for row in connection.execute(query)}


def person_behind(connection: Connection, account_id: str) -> str | None:
    """Return the natural person behind an account, or None for the system and for an account that is not there."""
    return connection.execute(sa.select(account.c.person).where(account.c.id == account_id)).scalar_one_or_none()


def accounts_called(connection: Connection, text: str) -> list[str]:
    """Return the accounts with this id, or of people with exactly this name, in order."""
    mine = sa.or_(account.c.id == text, person.c.name == text)
    query = sa.select(account.c.id).join(person, person.c.id == account.c.person).where(mine).order_by(account.c.id)
    return list(connection.scalars(query.limit(10)))


def account_ids(connection: Connection) -> set[str]:
    """Return the ids of all accounts."""
    return set(connection.scalars(sa.select(account.c.id)))


def has_demo_accounts(connection: Connection) -> bool:
    """Tell whether demonstration accounts exist (production refuses them)."""
    return bool(connection.execute(sa.select(sa.exists().where(account.c.demo))).scalar_one())


def demo_accounts(connection: Connection) -> list[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """Return (account, name, grants) of the demonstration's accounts in order; a grant is (role, department)."""
    query = (
        sa.select(account.c.id, person.c.name, account_role.c.role, account_role.c.department)
        .join(person, person.c.id == account.c.person)
        .join(account_role, account_role.c.account == account.c.id)
        .where(account.c.demo, account.c.state == "active")
        .order_by(account.c.id, account_role.c.role)
    )
    found: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {}
    for row in connection.execute(query):
        found[row.id] = (row.name, (*found.get(row.id, ("", ()))[1], (row.role, row.department)))
    return [(id, name, grants) for id, (name, grants) in found.items()]


def put_account(unit: Unit, *, id: str, person_id: str, name: str, hash: str, demo: bool) -> bool:
    """Insert a person and an account; return False when the account exists already."""
    insert_if_missing(unit.connection, person, {"id": person_id, "name": name})
    values: dict[str, Any] = {"id": id, "person": person_id, "password_hash": hash, "state": "active"}
    return insert_if_missing(unit.connection, account, {**values, "demo": demo, "created_at": unit.now})


def set_password(unit: Unit, id: str, hash: str) -> None:
    """Replace the hash of an account and end its sessions; raise :class:`AccountUnknown`."""
    changed = account.update().where(account.c.id == id).values(password_hash=hash)
    if unit.connection.execute(changed).rowcount != 1:
        raise AccountUnknown(account=id)
    unit.connection.execute(session.delete().where(session.c.account == id))


def set_state(unit: Unit, id: str, state: str) -> None:
    """Activate or disable an account; disabling ends its sessions and tokens at once."""
    if unit.connection.execute(account.update().where(account.c.id == id).values(state=state)).rowcount != 1:
        raise AccountUnknown(account=id)
    if state != "active":
        unit.connection.execute(session.delete().where(session.c.account == id))
        unit.connection.execute(api_token.delete().where(api_token.c.account == id))


def put_grant(unit: Unit, id: str, role: str, department: str, until: datetime | None = None) -> None:
    """Give ``role`` in ``department`` to an account from now on."""
    insert_or_update(
        unit.connection,
        account_role,
        {"account": id, "role": role, "department": department, "valid_from": unit.now, "valid_until": until},
        ["account", "role", "department"],
    )


def open_session(unit: Unit, *, token_hash: str, csrf: str, ends_at: datetime) -> None:
    """Insert a session of the acting account and note the sign-in."""
    unit.connection.execute(
        session.insert().values(
            token_hash=token_hash,
            account=unit.actor.account,
            csrf=csrf,
            created_at=unit.now,
            seen_at=unit.now,
            ends_at=ends_at,
        )
    )
    unit.connection.execute(account.update().where(account.c.id == unit.actor.account).values(signed_in_at=unit.now))


def touch_session(connection: Connection, token: str, machine_now: datetime) -> None:
    """Note that the session is in use."""
    mine = session.c.token_hash == hash_of_token(token)
    connection.execute(session.update().where(mine).values(seen_at=machine_now))


def end_session(unit: Unit, token_hash: str) -> None:
    """Delete a session."""
    unit.connection.execute(session.delete().where(session.c.token_hash == token_hash))


def add_token(unit: Unit, *, account_id: str, token_hash: str, ends_at: datetime) -> None:
    """Insert a machine token of ``account_id``."""
    unit.connection.execute(
        api_token.insert().values(token_hash=token_hash, account=account_id, created_at=unit.now, ends_at=ends_at)
    )
