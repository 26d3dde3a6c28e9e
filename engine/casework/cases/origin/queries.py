"""Rows of where cases come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.cases.origin.tables import case_agent, case_origin, hall_visit, reused_file
from engine.foundation.store.portable import insert_if_missing
from engine.foundation.store.unit import Unit
from engine.foundation.vault import Vault


@dataclass(frozen=True)
class Origin:
    """How a case reached the counter (times UTC)."""

    window: str | None
    remote_mode: str
    mail_no: str | None
    mail_witness: str | None
    mail_listed: int | None
    mail_found: int | None
    offline_register_no: str | None
    offline_reason: str | None
    offline_state: str | None
    recorded_by_person: str
    decided_by: str | None
    decided_at: datetime | None
    decided_note: str | None


@dataclass(frozen=True)
class Agent:
    """Who acts for the applicant, in clear text: shown masked."""

    kind: str
    name: str
    id_no: str
    phone: str
    letter: tuple[str, ...]


@dataclass(frozen=True)
class Visit:
    """A visit to the hall that was noted by hand."""

    number: int
    at: datetime
    reason: str
    account: str


def put_origin(unit: Unit, root_id: str, values: Mapping[str, Any]) -> None:
    """Insert how a case came; the recorder's natural person is kept for the separation of duties."""
    unit.connection.execute(
        case_origin.insert().values(root_id=root_id, recorded_by_person=unit.actor.person, **values)
    )


def set_origin(unit: Unit, root_id: str, **values: Any) -> None:
    """Set columns of a case's origin."""
    unit.connection.execute(case_origin.update().where(case_origin.c.root_id == root_id).values(**values))


def origin_of(connection: Connection, root_id: str) -> Origin | None:
    """Return how a case came, or None for one from before this was kept."""
    row = connection.execute(_without_root(case_origin).where(case_origin.c.root_id == root_id)).one_or_none()
    return None if row is None else Origin(*row)


def waiting_roots(connection: Connection) -> list[str]:
    """Return the cases whose back-recording waits for approval."""
    query = sa.select(case_origin.c.root_id).where(case_origin.c.offline_state == "waiting")
    return list(connection.scalars(query.order_by(case_origin.c.root_id)))


def put_agent(unit: Unit, root_id: str, who: Agent) -> None:
    """Insert who acts for the applicant; number and phone lie sealed."""
    vault = unit.part(Vault)
    unit.connection.execute(
        case_agent.insert().values(
            root_id=root_id, kind=who.kind, name=who.name, id_sealed=vault.seal(who.id_no),
            id_index=vault.blind_index("id", who.id_no), phone_sealed=vault.seal(who.phone), letter=list(who.letter),
        )
    )  # fmt: skip


def agent_of(connection: Connection, vault: Vault, root_id: str) -> Agent | None:
    """Return who acts for the applicant of a case, or None."""
    row = connection.execute(sa.select(case_agent).where(case_agent.c.root_id == root_id)).one_or_none()
    if row is None:
        return None
    return Agent(row.kind, row.name, vault.unseal(row.id_sealed), vault.unseal(row.phone_sealed), tuple(row.letter))


def add_visit(unit: Unit, root_id: str, reason: str) -> int:
    """Append a visit to the hall; return its number."""
    last = sa.select(sa.func.coalesce(sa.func.max(hall_visit.c.number), 0)).where(hall_visit.c.root_id == root_id)
    number = int(unit.connection.execute(last).scalar_one()) + 1
    unit.connection.execute(
        hall_visit.insert().values(
            root_id=root_id, number=number, at=unit.now, reason=reason, account=unit.actor.account
        )
    )
    return number


def visits_of(connection: Connection, root_id: str) -> list[Visit]:
    """Return the visits noted by hand, in order."""
    query = _without_root(hall_visit).where(hall_visit.c.root_id == root_id).order_by(hall_visit.c.number)
    return [Visit(*row) for row in connection.execute(query)]


def mark_reused(unit: Unit, root_id: str, no: int, digest: str, source_root: str) -> None:
    """Note that a material's file was taken over from an earlier case."""
    values = {"root_id": root_id, "no": no, "digest": digest, "source_root": source_root}
    insert_if_missing(unit.connection, reused_file, values)


def reused_of(connection: Connection, root_id: str) -> dict[tuple[int, str], str]:
    """Return by (material, digest) the root of the case from which a file was taken over."""
    query = sa.select(reused_file).where(reused_file.c.root_id == root_id)
    return {(row.no, row.digest): row.source_root for row in connection.execute(query)}


def _without_root(table: sa.Table) -> sa.Select[Any]:
    return sa.select(*(column for column in table.c if column.name != "root_id"))
