"""Second factors as rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.unit import Unit
from engine.foundation.vault import Vault
from engine.registry.identity.factor.rules import plain
from engine.registry.identity.factor.tables import recovery_code, second_factor


@dataclass(frozen=True)
class Factor:
    """An account's second factor."""

    sealed: str
    counter: int
    """The last time step whose code was used."""
    enrolled_at: datetime
    codes_left: int


def factor_of(connection: Connection, account: str) -> Factor | None:
    """Return the second factor of an account, or None."""
    row = connection.execute(sa.select(second_factor).where(second_factor.c.account == account)).one_or_none()
    if row is None:
        return None
    unused = (recovery_code.c.account == account) & recovery_code.c.used_at.is_(None)
    left = connection.execute(sa.select(sa.func.count()).select_from(recovery_code).where(unused)).scalar_one()
    return Factor(row.sealed, row.counter, row.enrolled_at, int(left))


def digest_of(vault: Vault, account: str, code: str) -> str:
    """Return what is kept of a recovery code."""
    return vault.blind_index("recovery", f"{account}\0{plain(code)}")


def put_factor(unit: Unit, account: str, sealed: str, counter: int, codes: Iterable[str]) -> None:
    """Set an account's second factor and its recovery codes, in the place of earlier ones."""
    drop_factor(unit, account)
    unit.connection.execute(
        second_factor.insert().values(account=account, sealed=sealed, counter=counter, enrolled_at=unit.now)
    )
    put_codes(unit, account, codes)


def put_codes(unit: Unit, account: str, codes: Iterable[str]) -> None:
    """Set an account's recovery codes (digests), in the place of earlier ones."""
    unit.connection.execute(recovery_code.delete().where(recovery_code.c.account == account))
    unit.connection.execute(recovery_code.insert(), [{"account": account, "digest": one} for one in codes])


def drop_factor(unit: Unit, account: str) -> bool:
    """Delete an account's second factor and recovery codes; return whether there was one."""
    unit.connection.execute(recovery_code.delete().where(recovery_code.c.account == account))
    return unit.connection.execute(second_factor.delete().where(second_factor.c.account == account)).rowcount == 1


def use_counter(unit: Unit, account: str, counter: int) -> bool:
    """Use up the time step ``counter``; return False when it, or a later one, was used before."""
    fresh = (second_factor.c.account == account) & (second_factor.c.counter < counter)
    return unit.connection.execute(second_factor.update().where(fresh).values(counter=counter)).rowcount == 1


def use_code(unit: Unit, account: str, digest: str) -> bool:
    """Use up a recovery code; return False when there is no such unused one."""
    mine = (recovery_code.c.account == account) & (recovery_code.c.digest == digest)
    fresh = mine & recovery_code.c.used_at.is_(None)
    return unit.connection.execute(recovery_code.update().where(fresh).values(used_at=unit.now)).rowcount == 1
