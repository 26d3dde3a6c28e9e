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
from engine.foundation.store.unit import Actor, StandIn, Unit
from engine.foundation.vault import token_hash as hash_of_token
from engine.registry.identity.leave.tables import absence
from engine.registry.identity.rules import ROLES, STOOD_IN
from engine.registry.identity.tables import account, account_role, api_token, password_past, person, session
from engine.registry.policies.queries import figure


class AccountUnknown(NotFound):
    """没有账号 {account}，请核对后再试。"""

    code = "ACCOUNT_UNKNOWN"


class AccountDisabled(Unauthenticated):
    """账号 {account} 已停用，请联系安全管理员。"""

    code = "ACCOUNT_DISABLED"


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
    posts = connection.execute(_POSTS, {"of_account": account_id, "now": now}).all()
    grants = tuple((post.role, post.department) for post in posts if post.absent is None)
    places = {department for _, department in grants}
    return Actor(
        account=account_id, person=row.person, name=row.name, channel=channel, grants=grants,
        stands_in=tuple(
            StandIn(account=post.absent, name=post.name, role=post.role, department=post.department)
            for post in posts if post.absent is not None and post.department in places
        ),
    )  # fmt: skip


def _holds(row: Any, now: Any) -> Any:
    return (row.c.valid_from <= now) & sa.or_(row.c.valid_until.is_(None), row.c.valid_until > now)


def lent_posts(now: Any) -> sa.Select[tuple[str, str, str, str]]:
    """Return (absent, substitute, role, department) of every post that somebody fills for one who is absent at ``now``.

    Only what an active account holds itself can be lent, and only posts that work on tasks.
    """
    return (
        sa.select(absence.c.account.label("absent"), absence.c.substitute, account_role.c.role,
                  account_role.c.department)
        .join(account, account.c.id == absence.c.account)
        .join(account_role, account_role.c.account == absence.c.account)
        .where(
            absence.c.revoked_at.is_(None), absence.c.starts_at <= now, absence.c.ends_at > now,
            account.c.state == "active", account_role.c.role.in_(STOOD_IN), _holds(account_role, now),
        )
    )  # fmt: skip


_NOW = sa.bindparam("now", type_=absence.c.starts_at.type)
_ME = sa.bindparam("of_account", type_=sa.String())
_LENT = lent_posts(_NOW).subquery()
_BOTH = sa.union_all(
    sa.select(
        account_role.c.role, account_role.c.department, sa.null().label("absent"),
        sa.type_coerce(sa.null(), person.c.name.type).label("name"),
    ).where(account_role.c.account == _ME, _holds(account_role, _NOW)),
    sa.select(_LENT.c.role, _LENT.c.department, _LENT.c.absent, person.c.name)
    .join(account, account.c.id == _LENT.c.absent)
    .join(person, person.c.id == account.c.person)
    .where(_LENT.c.substitute == _ME),
).subquery()  # fmt: skip
_POSTS = sa.select(_BOTH).order_by(_BOTH.c.role, _BOTH.c.department, _BOTH.c.absent)
"""The posts an account holds itself, and those it fills for others: read at every request, by one statement."""


def lapsed_at(connection: Connection, account_id: str, role: str, department: str, now: datetime) -> datetime | None:
    """Return when the account's mandate for ``role`` in ``department`` ended, or None when none of theirs did."""
    query = sa.select(account_role.c.valid_until).where(
        account_role.c.account == account_id,
        account_role.c.role == role,
        account_role.c.department == department,
        account_role.c.valid_until <= now,
    )
    return connection.execute(query).scalar_one_or_none()


def holds_post(connection: Connection, account_id: str, role: str, department: str, now: datetime) -> bool:
    """Tell whether the account itself holds ``role`` in ``department`` at ``now``."""
    mine = (account_role.c.account == account_id) & (account_role.c.role == role)
    query = sa.select(account_role.c.account).where(mine, account_role.c.department == department)
    return connection.execute(query.where(_holds(account_role, now))).first() is not None


def posts_held(now: datetime) -> sa.Select[tuple[str, str, str]]:
    """Return (account, role, department) of every post that is held at ``now``, as a table for a condition."""
    columns = (account_role.c.account, account_role.c.role, account_role.c.department)
    return sa.select(*columns).where(_holds(account_role, now))


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


@dataclass(frozen=True)
class Staff:
    """Somebody with a post in a department: the account, the natural person behind it and that person's name."""

    account: str
    person: str
    name: str
    department: str


def people_at(connection: Connection, places: Iterable[str], roles: Iterable[str], now: datetime) -> list[Staff]:
    """Return who holds one of ``roles`` in one of ``places`` at ``now``: once for each place, in order of accounts."""
    query = (
        sa.select(account.c.id, person.c.id.label("person"), person.c.name, account_role.c.department)
        .distinct()
        .join(person, person.c.id == account.c.person)
        .join(account_role, account_role.c.account == account.c.id)
        .where(
            account_role.c.department.in_(list(places)),
            account_role.c.role.in_(list(roles)),
            account.c.state == "active",
            account_role.c.valid_from <= now,
            sa.or_(account_role.c.valid_until.is_(None), account_role.c.valid_until > now),
        )
        .order_by(account.c.id, account_role.c.department)
    )
    return [Staff(*row) for row in connection.execute(query)]


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


def staff_at(
    connection: Connection, places: Iterable[str], roles: Iterable[str], now: datetime
) -> list[tuple[str, str]]:  # fmt: skip
    """Return (account, name with its posts) of every active account that holds one of ``roles`` in ``places``."""
    query = (
        sa.select(account.c.id, person.c.name, account_role.c.role)
        .join(person, person.c.id == account.c.person)
        .join(account_role, account_role.c.account == account.c.id)
        .where(
            account_role.c.department.in_(sorted(set(places))), account_role.c.role.in_(sorted(set(roles))),
            account.c.state == "active", _holds(account_role, now),
        )
        .order_by(account.c.id, account_role.c.role)
    )  # fmt: skip
    posts: dict[str, tuple[str, list[str]]] = {}
    for row in connection.execute(query):
        said = posts.setdefault(row.id, (row.name, []))[1]
        if (title := ROLES.get(row.role, row.role)) not in said:
            said.append(title)
    return [(id, f"{name}（{id} {'、'.join(titles)}）") for id, (name, titles) in posts.items()]


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


def people_behind(connection: Connection, account_ids: set[str]) -> dict[str, str]:
    """Return the natural person behind each account; one that is not there is left out."""
    query = sa.select(account.c.id, account.c.person).where(account.c.id.in_(account_ids))
    return {row.id: row.person for row in connection.execute(query)}


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


def put_person(unit: Unit, id: str, name: str) -> None:
    """Insert a natural person; one who is there keeps the name."""
    insert_if_missing(unit.connection, person, {"id": id, "name": name})


def put_account(unit: Unit, *, id: str, person_id: str, hash: str, demo: bool) -> bool:
    """Insert an account of a person; return False when it exists already.

    Its password is an initial one, which must be changed at the first sign-in; the demonstration's stay as they are.
    """
    values: dict[str, Any] = {"id": id, "person": person_id, "password_hash": hash, "state": "active", "demo": demo}
    times = {"created_at": unit.now, "password_at": unit.now}
    made = insert_if_missing(unit.connection, account, {**values, **times, "must_change": not demo, "failed_since": 0})
    if made:
        _remember(unit, id, hash)
    return made


def set_password(unit: Unit, id: str, hash: str, *, must_change: bool, keep: str = "") -> int:
    """Replace the hash of an account; end its sessions but the one with the hash ``keep``, and return how many.

    Raises :class:`AccountUnknown`.
    """
    values = {"password_hash": hash, "password_at": unit.now, "must_change": must_change}
    if unit.connection.execute(account.update().where(account.c.id == id).values(**values)).rowcount != 1:
        raise AccountUnknown(account=id)
    _remember(unit, id, hash)
    others = (session.c.account == id) & (session.c.token_hash != keep)
    return unit.connection.execute(session.delete().where(others)).rowcount


def _remember(unit: Unit, id: str, hash: str) -> None:
    """Keep the last passwords of an account, and no older ones."""
    mine = password_past.c.account == id
    last = unit.connection.execute(sa.select(sa.func.max(password_past.c.number)).where(mine)).scalar_one() or 0
    values = {"account": id, "number": last + 1, "password_hash": hash, "set_at": unit.now}
    unit.connection.execute(password_past.insert().values(**values))
    most = figure(unit.connection, "password_past")
    unit.connection.execute(password_past.delete().where(mine, password_past.c.number <= last + 1 - most))


def past_hashes(connection: Connection, id: str) -> list[str]:
    """Return the hashes of the account's last passwords, the present one first."""
    query = sa.select(password_past.c.password_hash).where(password_past.c.account == id)
    earlier = connection.scalars(query.order_by(password_past.c.number.desc()))
    now = connection.scalars(sa.select(account.c.password_hash).where(account.c.id == id))
    return list(dict.fromkeys([*now, *earlier]))


def is_demo(connection: Connection, id: str) -> bool:
    """Tell whether the account belongs to the demonstration."""
    return bool(connection.execute(sa.select(account.c.demo).where(account.c.id == id)).scalar_one_or_none())


def set_state(unit: Unit, id: str, state: str) -> None:
    """Activate or disable an account; disabling ends its sessions and tokens at once."""
    if unit.connection.execute(account.update().where(account.c.id == id).values(state=state)).rowcount != 1:
        raise AccountUnknown(account=id)
    if state != "active":
        unit.connection.execute(session.delete().where(session.c.account == id))
        unit.connection.execute(api_token.delete().where(api_token.c.account == id))


def put_grant(
    unit: Unit, id: str, role: str, department: str, until: datetime | None = None, begins: datetime | None = None
) -> None:
    """Give ``role`` in ``department`` to an account from ``begins`` (now when it is not given) to ``until``."""
    insert_or_update(
        unit.connection,
        account_role,
        {"account": id, "role": role, "department": department, "valid_from": begins or unit.now, "valid_until": until},
        ["account", "role", "department"],
    )


def add_token(unit: Unit, *, account_id: str, token_hash: str, ends_at: datetime) -> None:
    """Insert a machine token of ``account_id``."""
    unit.connection.execute(
        api_token.insert().values(token_hash=token_hash, account=account_id, created_at=unit.now, ends_at=ends_at)
    )
