"""Rows of deficiencies, corrections on the spot, notice-and-commitment and correction terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.cases.outcomes.tables import (
    correction_term,
    deficiency,
    notice_commitment,
    on_site_fix,
)
from engine.foundation.store.portable import insert_or_update
from engine.foundation.store.unit import Unit
from engine.foundation.vault import Vault


@dataclass(frozen=True)
class Deficiency:
    """A material that the applicant promised to supply by a day (Asia/Shanghai); instants are UTC."""

    no: int
    name: str
    copies_required: int
    advice: str
    supply_by: date
    promised_at: datetime
    promised_by: str
    signature: Mapping[str, Any]
    supplied_at: datetime | None
    supplied_by: str | None


@dataclass(frozen=True)
class OnSiteFix:
    """One correction on the spot."""

    number: int
    fixes: tuple[Mapping[str, str], ...]
    confirmation: str
    confirmed_by_sealed: str | None
    signature: Mapping[str, Any] | None
    at: datetime
    account: str


@dataclass(frozen=True)
class NoticeCommitment:
    """What was told and promised, and what the later check found."""

    root_id: str
    told: str
    waived: tuple[Mapping[str, Any], ...]
    signature: Mapping[str, Any]
    signed_at: datetime
    taken_by: str
    check_due: date | None
    checked_on: date | None
    checked_by: str | None
    check_result: str | None
    findings: str | None
    revoked_at: datetime | None
    revoked_by: str | None


@dataclass(frozen=True)
class CorrectionTerm:
    """Why a round was asked again, and how its limit ended."""

    round: int
    new_fact: str | None
    extended_at: datetime | None
    extended_by: str | None
    extended_days: int | None
    reason: str | None
    lapsed_at: datetime | None


def promise(unit: Unit, root_id: str, rows: Iterable[Mapping[str, Any]], supply_by: date, signature: Any) -> None:
    """Insert or renew what the applicant promised to supply by ``supply_by``; the actor is the clerk it was told."""
    for row in rows:
        values = {
            "root_id": root_id, "no": int(row["no"]), "name": row["name"], "advice": row["advice"],
            "copies_required": int(row["copies_required"]), "supply_by": supply_by, "promised_at": unit.now,
            "promised_by": unit.actor.account, "signature": dict(signature), "supplied_at": None, "supplied_by": None,
        }  # fmt: skip
        insert_or_update(unit.connection, deficiency, values, ["root_id", "no"])


def move_supply_by(unit: Unit, root_id: str, supply_by: date) -> None:
    """Set the day by which what is still owed must come."""
    mine = (deficiency.c.root_id == root_id) & deficiency.c.supplied_at.is_(None)
    unit.connection.execute(deficiency.update().where(mine).values(supply_by=supply_by))


def note_supplied(unit: Unit, root_id: str, no: int) -> None:
    """Note that a material came, taken by the actor now."""
    mine = (deficiency.c.root_id == root_id) & (deficiency.c.no == no)
    values = {"supplied_at": unit.now, "supplied_by": unit.actor.account}
    unit.connection.execute(deficiency.update().where(mine).values(**values))


def deficiencies_of(connection: Connection, root_id: str) -> list[Deficiency]:
    """Return what was promised in a case, supplied or not."""
    return [Deficiency(*row) for row in connection.execute(_of(deficiency, root_id, deficiency.c.no))]


def cases_owing(connection: Connection, root_ids: Iterable[str]) -> frozenset[str]:
    """Return which of the cases still owe a material."""
    query = (
        sa.select(deficiency.c.root_id)
        .where(deficiency.c.root_id.in_(list(root_ids)), deficiency.c.supplied_at.is_(None))
        .distinct()
    )
    return frozenset(connection.scalars(query))


def put_fix(
    unit: Unit, root_id: str, fixes: Sequence[Mapping[str, str]], confirmation: str, name: str, signature: Any
) -> int:
    """Insert a correction on the spot; the name of who confirmed it is sealed.  Returns its number."""
    last = sa.select(sa.func.coalesce(sa.func.max(on_site_fix.c.number), 0)).where(on_site_fix.c.root_id == root_id)
    number = int(unit.connection.execute(last).scalar_one()) + 1
    unit.connection.execute(
        on_site_fix.insert().values(
            root_id=root_id,
            number=number,
            fixes=[dict(one) for one in fixes],
            confirmation=confirmation,
            confirmed_by_sealed=unit.part(Vault).seal(name) if name else None,
            signature=signature,
            at=unit.now,
            account=unit.actor.account,
        )
    )
    return number


def fixes_of(connection: Connection, root_id: str) -> list[OnSiteFix]:
    """Return the corrections on the spot in order."""
    rows = connection.execute(_of(on_site_fix, root_id, on_site_fix.c.number))
    return [OnSiteFix(row[0], tuple(row[1]), *row[2:]) for row in rows]


def put_commitment(unit: Unit, root_id: str, **values: Any) -> None:
    """Insert or set columns of the case's notice-and-commitment."""
    insert_or_update(unit.connection, notice_commitment, {"root_id": root_id, **values}, ["root_id"])


def set_commitment(unit: Unit, root_id: str, **values: Any) -> None:
    """Set columns of the notice-and-commitment that the case has."""
    mine = notice_commitment.c.root_id == root_id
    unit.connection.execute(notice_commitment.update().where(mine).values(**values))


def commitment_of(connection: Connection, root_id: str) -> NoticeCommitment | None:
    """Return the case's notice-and-commitment, or None."""
    query = sa.select(notice_commitment).where(notice_commitment.c.root_id == root_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else NoticeCommitment(row[0], row[1], tuple(row[2]), *row[3:])


def put_term(unit: Unit, root_id: str, round: int, **values: Any) -> None:
    """Insert or set columns of a correction round's term."""
    insert_or_update(
        unit.connection, correction_term, {"root_id": root_id, "round": round, **values}, ["root_id", "round"]
    )


def terms_of(connection: Connection, root_id: str) -> dict[int, CorrectionTerm]:
    """Return the terms of the case's correction rounds by round."""
    rows = connection.execute(_of(correction_term, root_id, correction_term.c.round))
    return {row[0]: CorrectionTerm(*row) for row in rows}


def _of(table: sa.Table, root_id: str, order: sa.ColumnElement[Any]) -> sa.Select[Any]:
    columns = [column for column in table.c if column.name != "root_id"]
    return sa.select(*columns).where(table.c.root_id == root_id).order_by(order)
