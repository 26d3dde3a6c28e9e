"""Rows of 失信记录."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from engine.casework.cases.barring.tables import barred_applicant
from engine.foundation.store.unit import Unit
from engine.foundation.vault import Vault

MOST = 10_000
"""The list is counted as far as this."""


@dataclass(frozen=True)
class Barring:
    """An entry, with the applicant in clear text: shown masked.  Entries of the first releases say less."""

    number: str
    reason: str
    case_root: str | None
    barred_at: datetime
    barred_by: str
    lifted_at: datetime | None
    lifted_by: str | None
    applicant_kind: str
    applicant_name: str
    id_kind: str
    id_no: str
    source: str
    basis: str
    department: str
    until: date | None
    lift_reason: str

    @property
    def root_id(self) -> str:
        """The root of its journal."""
        return f"barring:{self.number}"


@dataclass(frozen=True)
class Subject:
    """Whom an entry is about."""

    kind: str
    name: str
    id_kind: str
    id_no: str


def put_barring(
    unit: Unit, number: str, who: Subject, *, case_root: str | None, source: str, reason: str, basis: str,
    department: str, until: date | None,
) -> None:  # fmt: skip
    """Insert an entry made by the actor now; the identity number lies sealed."""
    vault = unit.part(Vault)
    unit.connection.execute(
        barred_applicant.insert().values(
            id=number, id_index=vault.blind_index("id", who.id_no), reason=reason, root_id=case_root,
            barred_at=unit.now, barred_by=unit.actor.account, applicant_kind=who.kind, applicant_name=who.name,
            id_kind=who.id_kind, id_sealed=vault.seal(who.id_no), source=source, basis=basis or None,
            department=department, until=until,
        )
    )  # fmt: skip


def note_lifted(unit: Unit, number: str, reason: str) -> None:
    """Note that the actor lifted the entry now."""
    values = {"lifted_at": unit.now, "lifted_by": unit.actor.account, "lift_reason": reason}
    unit.connection.execute(barred_applicant.update().where(barred_applicant.c.id == number).values(**values))


def barring_on(connection: Connection, vault: Vault, id_no: str, today: date) -> Barring | None:
    """Return the newest entry that bars the applicant with this identity number on ``today``, or None."""
    query = (
        sa.select(barred_applicant)
        .where(barred_applicant.c.id_index == vault.blind_index("id", id_no), *_conditions("active", today))
        .order_by(barred_applicant.c.barred_at.desc(), barred_applicant.c.id.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else _barring(row, vault)


def newest_with_number(connection: Connection, vault: Vault, id_no: str) -> str | None:
    """Return the number of the newest entry for an exact identity number, however it stands."""
    query = (
        sa.select(barred_applicant.c.id)
        .where(barred_applicant.c.id_index == vault.blind_index("id", id_no))
        .order_by(barred_applicant.c.barred_at.desc(), barred_applicant.c.id.desc())
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none()


def barring_numbered(connection: Connection, vault: Vault, number: str) -> Barring | None:
    """Return an entry, or None."""
    row = connection.execute(sa.select(barred_applicant).where(barred_applicant.c.id == number)).one_or_none()
    return None if row is None else _barring(row, vault)


def barrings(
    connection: Connection, vault: Vault, today: date, *, state: str = "", find: str = "", offset: int = 0,
    limit: int = 50,
) -> tuple[list[Barring], int]:  # fmt: skip
    """Return a page of the entries, newest first, and how many there are (beyond ``MOST``: more).

    ``state`` is one of rules.STATES; ``find`` a part of the applicant's name or the whole number of the entry.
    """
    chosen = _conditions(state, today)
    if find:
        named = barred_applicant.c.applicant_name.contains(find, autoescape=True)
        chosen.append(sa.or_(named, barred_applicant.c.id == find))
    some = sa.select(barred_applicant.c.id).where(*chosen).limit(MOST + 1).subquery()
    total = int(connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one())
    query = (
        sa.select(barred_applicant)
        .where(*chosen)
        .order_by(barred_applicant.c.barred_at.desc(), barred_applicant.c.id.desc())
        .offset(offset)
        .limit(max(0, min(limit, MOST - offset)))
    )
    return [_barring(row, vault) for row in connection.execute(query)], total


def _conditions(state: str, today: date) -> list[sa.ColumnElement[bool]]:
    lifted, until = barred_applicant.c.lifted_at, barred_applicant.c.until
    if state == "lifted":
        return [lifted.is_not(None)]
    if state == "expired":
        return [lifted.is_(None), until < today]
    if state == "active":
        return [lifted.is_(None), sa.or_(until.is_(None), until >= today)]
    return []


def _barring(row: Row[tuple[object, ...]], vault: Vault) -> Barring:
    return Barring(
        number=row.id, reason=row.reason, case_root=row.root_id, barred_at=row.barred_at, barred_by=row.barred_by,
        lifted_at=row.lifted_at, lifted_by=row.lifted_by, applicant_kind=row.applicant_kind or "",
        applicant_name=row.applicant_name or "", id_kind=row.id_kind or "",
        id_no=vault.unseal(row.id_sealed) if row.id_sealed else "", source=row.source or "revocation",
        basis=row.basis or "", department=row.department or "", until=row.until, lift_reason=row.lift_reason or "",
    )  # fmt: skip
