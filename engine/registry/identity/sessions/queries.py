"""Sessions and addresses as rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.portable import insert_if_missing
from engine.foundation.store.unit import Actor, Unit
from engine.foundation.tries.queries import forget_tries, named
from engine.foundation.vault import token_hash as hash_of_token
from engine.registry.identity.factor.tables import second_factor
from engine.registry.identity.queries import AccountUnknown, actor_of
from engine.registry.identity.sessions import rules
from engine.registry.identity.sessions.tables import account_address
from engine.registry.identity.tables import account, session
from engine.registry.policies.queries import figure

HANDLE = 16
"""So many places of a token's hash name a session on a page: the hash opens nothing."""


@dataclass(frozen=True)
class OpenSession:
    """A signed-in browser."""

    actor: Actor
    csrf: str
    seen_at: datetime
    """When the browser was last used (machine time)."""
    signed_in_at: datetime
    """When this session was opened (the house's time)."""
    owes: str
    """What must be done before anything else: one of sessions.rules, or empty."""
    needs_factor: bool
    has_factor: bool
    password_ends: datetime | None
    previous_at: datetime | None
    """The sign-in before this one, from ``previous_address``; ``failed_before`` tries failed between the two."""
    previous_address: str
    failed_before: int
    ended_before: int
    """How many older sessions had to make room for this one."""


@dataclass(frozen=True)
class Listed:
    """A session as a list shows it."""

    handle: str
    token_hash: str
    address: str
    agent: str
    opened_at: datetime
    seen_at: datetime


@dataclass(frozen=True)
class Address:
    """An address from which an account was asked for; ``paused_until`` is the machine's time."""

    address: str
    signed_in_at: datetime | None
    failed_at: datetime | None
    failures: int
    paused_until: datetime | None


def known_account(connection: Connection, id: str) -> None:
    """Raise AccountUnknown unless the account is there."""
    if connection.execute(sa.select(account.c.id).where(account.c.id == id)).first() is None:
        raise AccountUnknown(account=id)


def session_of(connection: Connection, token: str, *, machine_now: datetime, now: datetime) -> OpenSession | None:
    """Return the session of a browser's token when it has not ended.

    A session ends by the machine's clock (``machine_now``): moving the demonstration's clock signs nobody out.
    The roles are those valid at the house's ``now``.
    """
    row = connection.execute(
        sa.select(
            session, account.c.demo, account.c.must_change,
            sa.func.coalesce(account.c.password_at, account.c.created_at).label("set_at"),
            second_factor.c.account.is_not(None).label("has_factor"),
        )
        .join(account, account.c.id == session.c.account)
        .outerjoin(second_factor, second_factor.c.account == account.c.id)
        .where(session.c.token_hash == hash_of_token(token), session.c.ends_at > machine_now)
    ).one_or_none()  # fmt: skip
    if row is None:
        return None
    actor = actor_of(connection, row.account, now, channel="web")
    ends = None if row.demo else rules.password_ends(row.set_at, figure(connection, "password_days"), demo=False)
    needs = rules.needs_factor(actor.grants, demo=row.demo)
    owes = rules.owed(
        must_change=row.must_change, ends=ends, opened_at=row.created_at, needs=needs, has_factor=row.has_factor
    )
    return OpenSession(
        actor=actor, csrf=row.csrf, seen_at=row.seen_at, signed_in_at=row.created_at, owes=owes, needs_factor=needs,
        has_factor=bool(row.has_factor), password_ends=ends, previous_at=row.previous_at,
        previous_address=row.previous_address or "", failed_before=row.failed_before or 0,
        ended_before=row.ended_before or 0,
    )  # fmt: skip


def open_session(
    unit: Unit, *, token_hash: str, csrf: str, ends_at: datetime, address: str = "", agent: str = "",
    machine_now: datetime | None = None,
) -> int:  # fmt: skip
    """Insert a session of the acting account and note the sign-in; return how many older ones had to make room.

    With ``machine_now`` (the machine's time) sessions that were left unused too long have ended and do not count.
    """
    me = unit.actor.account
    before = unit.connection.execute(
        sa.select(account.c.signed_in_at, account.c.signed_in_address, account.c.failed_since).where(account.c.id == me)
    ).one()
    if machine_now is not None:
        unused = session.c.seen_at < machine_now - timedelta(minutes=figure(unit.connection, "session_idle"))
        unit.connection.execute(session.delete().where(session.c.account == me, unused))
    ended = _make_room(unit, me)
    unit.connection.execute(
        session.insert().values(
            token_hash=token_hash, account=me, csrf=csrf, created_at=unit.now,
            seen_at=machine_now or unit.now, ends_at=ends_at,
            address=address or None, agent=agent or None, previous_at=before.signed_in_at,
            previous_address=before.signed_in_address, failed_before=before.failed_since, ended_before=ended,
        )
    )  # fmt: skip
    values = {"signed_in_at": unit.now, "signed_in_address": address or None, "failed_since": 0}
    unit.connection.execute(account.update().where(account.c.id == me).values(**values))
    if address:
        _note_address(unit, me, address, signed_in_at=unit.now, failures=0, paused_until=None)
    return ended


def _make_room(unit: Unit, me: str) -> int:
    """End the oldest sessions of the account until one more may be opened."""
    query = sa.select(session.c.token_hash).where(session.c.account == me)
    mine = list(unit.connection.scalars(query.order_by(session.c.created_at, session.c.token_hash)))
    spare = mine[: max(0, len(mine) + 1 - figure(unit.connection, "sessions_most"))]
    if spare:
        unit.connection.execute(session.delete().where(session.c.token_hash.in_(spare)))
    return len(spare)


def touch_session(connection: Connection, token: str, machine_now: datetime) -> None:
    """Note that the session is in use."""
    mine = session.c.token_hash == hash_of_token(token)
    connection.execute(session.update().where(mine).values(seen_at=machine_now))


def end_session(unit: Unit, token_hash: str) -> None:
    """Delete a session."""
    unit.connection.execute(session.delete().where(session.c.token_hash == token_hash))


def end_some(unit: Unit, id: str, *, handle: str = "", keep: str = "") -> int:
    """Delete one session of an account by its handle, or all but the one with the hash ``keep``; return how many."""
    chosen = [session.c.account == id]
    if handle:
        chosen.append(session.c.token_hash.startswith(handle, autoescape=True) if len(handle) == HANDLE else sa.false())
    if keep:
        chosen.append(session.c.token_hash != keep)
    return unit.connection.execute(session.delete().where(*chosen)).rowcount


def sessions_of(connection: Connection, id: str, *, machine_now: datetime, idle: timedelta) -> list[Listed]:
    """Return an account's sessions that have not ended, the one used last first."""
    query = (
        sa.select(session)
        .where(session.c.account == id, session.c.ends_at > machine_now, session.c.seen_at >= machine_now - idle)
        .order_by(session.c.seen_at.desc(), session.c.token_hash)
    )
    return [
        Listed(row.token_hash[:HANDLE], row.token_hash, row.address or "", row.agent or "", row.created_at, row.seen_at)
        for row in connection.execute(query)
    ]


def count_sessions(connection: Connection, machine_now: datetime, used_since: datetime) -> int:
    """Return how many browsers are signed in and were used since ``used_since`` (machine time)."""
    mine = (session.c.ends_at > machine_now) & (session.c.seen_at > used_since)
    return connection.execute(sa.select(sa.func.count()).where(mine)).scalar_one()


def drop_ended_sessions(connection: Connection, *, machine_now: datetime, idle: timedelta) -> int:
    """Delete the sessions that have ended by age or without use; return how many."""
    ended = sa.or_(session.c.ends_at <= machine_now, session.c.seen_at < machine_now - idle)
    return connection.execute(session.delete().where(ended)).rowcount


# Addresses ---------------------------------------------------------------------------------------------------------


def count_failure(unit: Unit, id: str, address: str, paused_until: datetime | None) -> None:
    """Count one failed sign-in at an account from an address, which pauses until then (machine time)."""
    unit.connection.execute(account.update().where(account.c.id == id).values(failed_since=account.c.failed_since + 1))
    values: dict[str, Any] = {"failed_at": unit.now, "failures": account_address.c.failures + 1}
    if paused_until is not None:
        values["paused_until"] = paused_until
    _note_address(unit, id, address, **values)


def _note_address(unit: Unit, id: str, address: str, **values: Any) -> None:
    insert_if_missing(unit.connection, account_address, {"account": id, "address": address, "failures": 0})
    mine = (account_address.c.account == id) & (account_address.c.address == address)
    unit.connection.execute(account_address.update().where(mine).values(**values))


def is_familiar(connection: Connection, id: str, address: str, now: datetime) -> bool:
    """Tell whether the account signed in from ``address`` within the last 30 days before ``now`` (house's time)."""
    mine = (account_address.c.account == id) & (account_address.c.address == address)
    query = sa.select(account_address.c.account).where(mine, account_address.c.signed_in_at > now - rules.FAMILIAR)
    return connection.execute(query).first() is not None


def addresses_of(connection: Connection, id: str) -> list[Address]:
    """Return the addresses of an account, those used or tried last first, at most 50."""
    latest = sa.func.coalesce(account_address.c.failed_at, account_address.c.signed_in_at)
    query = sa.select(account_address).where(account_address.c.account == id).order_by(latest.desc()).limit(50)
    return [
        Address(row.address, row.signed_in_at, row.failed_at, row.failures, row.paused_until)
        for row in connection.execute(query)
    ]


def end_pauses(unit: Unit, id: str) -> int:
    """Let every address try again at once; return for how many addresses a pause was lifted."""
    rows = unit.connection.execute(sa.select(account_address).where(account_address.c.account == id)).all()
    for kind in (rules.TRIES_HERE, rules.CODE_TRIES_HERE):
        for row in rows:
            forget_tries(unit.connection, named(kind, rules.at_address(id, row.address)))
    for kind in (rules.TRIES_ANYWHERE, rules.CODE_TRIES_ANYWHERE):
        forget_tries(unit.connection, named(kind, id))
    mine = account_address.c.account == id
    unit.connection.execute(account_address.update().where(mine).values(failures=0, paused_until=None))
    return sum(row.paused_until is not None for row in rows)


def drop_old_addresses(connection: Connection, before: datetime) -> int:
    """Delete the addresses that were neither used nor tried since ``before`` (house's time); return how many."""
    used, tried = account_address.c.signed_in_at, account_address.c.failed_at
    old = sa.and_(sa.or_(used.is_(None), used < before), sa.or_(tried.is_(None), tried < before))
    return connection.execute(account_address.delete().where(old)).rowcount
