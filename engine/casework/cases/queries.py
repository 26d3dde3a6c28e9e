"""Rows of cases: written by acts and services, read by pages and by other rooms."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.cases.finding import queries as finding
from engine.casework.cases.listing import queries as listing
from engine.casework.cases.rules import CaseMissing, case_number
from engine.casework.cases.tables import applicant, application, case_counter, case_file
from engine.foundation.store.portable import insert_if_missing
from engine.foundation.store.unit import Unit
from engine.foundation.vault import Vault
from engine.process.tasks.queries import departments_at
from engine.registry.identity.rules import Scope


@dataclass(frozen=True)
class CaseFile:
    """A case as kept (times UTC, ``accepted_on`` a legal day)."""

    root_id: str
    case_no: str
    application_id: str
    applicant_id: str
    applicant_name: str
    item_code: str
    item_name: str
    item_digest: str
    release_id: str
    case_type: str
    department: str
    status: str
    channel: str
    received_at: datetime
    created_at: datetime
    first_responder: str
    receive_region: str
    handle_region: str
    visits: int
    accepted_at: datetime | None
    accepted_on: date | None
    accepted_by: str | None
    deemed: bool
    delay_reason: str | None
    excluded_procedures: tuple[str, ...]
    decision: str | None
    decided_at: datetime | None
    decided_by: str | None
    result_handed_over_at: datetime | None
    result_signed_at: datetime | None
    delivered_at: datetime | None
    closed_at: datetime | None
    outcome: str | None


@dataclass(frozen=True)
class Applicant:
    """An applicant in clear text: only for rules in the unit and for readers who gave a reason."""

    id: str
    kind: str
    name: str
    id_kind: str
    id_no: str
    phone: str
    address: str
    contact_name: str
    legal_representative: str


def case_by_root(connection: Connection, root_id: str) -> CaseFile:
    """Return a case for the house's own use, without a scope."""
    return _case(connection.execute(sa.select(case_file).where(case_file.c.root_id == root_id)).one())


def pinned_release(connection: Connection, root_id: str) -> str | None:
    """Return the id of the release that a root pins, or None for one that is no case."""
    query = sa.select(case_file.c.release_id).where(case_file.c.root_id == root_id)
    return connection.execute(query).scalar_one_or_none()


def visible_case(connection: Connection, case_no: str, scope: Scope) -> CaseFile:
    """Return a case in the reader's scope; raise :class:`CaseMissing` for any other (404, journalled)."""
    row = connection.execute(sa.select(case_file).where(case_file.c.case_no == case_no)).one_or_none()
    if row is None or not is_visible(connection, row.root_id, row.department, scope):
        raise CaseMissing(case_no=case_no[:43])
    return _case(row)


def is_visible(connection: Connection, root_id: str, department: str, scope: Scope) -> bool:
    """Tell whether a case handled by ``department`` lies in the scope, or was shared with it for an opinion (6.2.2)."""
    return scope.covers(department) or bool(scope.departments & departments_at(connection, root_id))


def cases_by_root(connection: Connection, root_ids: Iterable[str]) -> dict[str, CaseFile]:
    """Return several cases by root id."""
    query = sa.select(case_file).where(case_file.c.root_id.in_(list(root_ids)))
    return {row.root_id: _case(row) for row in connection.execute(query)}


def cases_of_number(connection: Connection, id_index: str, scope: Scope, *, limit: int = 50) -> list[CaseFile]:
    """Return the cases in ``scope`` of whoever has the identity number behind ``id_index``, newest first."""
    query = (
        sa.select(case_file)
        .join(applicant, applicant.c.id == case_file.c.applicant_id)
        .where(applicant.c.id_index == id_index)
        .order_by(case_file.c.received_at.desc(), case_file.c.case_no.desc())
        .limit(limit)
    )
    if not scope.everything:
        query = query.where(case_file.c.department.in_(scope.departments))
    return [_case(row) for row in connection.execute(query)]


def cases_received_by(connection: Connection, account: str, *, since: datetime, until: datetime) -> list[CaseFile]:
    """Return the cases that ``account`` registered in the period (UTC), in order."""
    mine = (case_file.c.first_responder == account) & (case_file.c.created_at >= since)
    query = sa.select(case_file).where(mine, case_file.c.created_at < until)
    return [_case(row) for row in connection.execute(query.order_by(case_file.c.created_at, case_file.c.case_no))]


def cases_accepted_by(connection: Connection, account: str, *, since: datetime, until: datetime) -> list[CaseFile]:
    """Return the cases that ``account`` accepted in the period (UTC), in order."""
    mine = (case_file.c.accepted_by == account) & (case_file.c.accepted_at >= since)
    query = sa.select(case_file).where(mine, case_file.c.accepted_at < until)
    return [_case(row) for row in connection.execute(query.order_by(case_file.c.accepted_at, case_file.c.case_no))]


def cases_in_state(connection: Connection, status: str, scope: Scope, *, limit: int = 200) -> list[CaseFile]:
    """Return the cases of ``scope`` in one state, the longest waiting first."""
    query = sa.select(case_file).where(case_file.c.status == status)
    if not scope.everything:
        query = query.where(case_file.c.department.in_(scope.departments))
    query = query.order_by(case_file.c.received_at, case_file.c.case_no).limit(limit)
    return [_case(row) for row in connection.execute(query)]


@dataclass(frozen=True)
class Granted:
    """A granted decision with its applicant in clear text: whoever publishes it masks it first."""

    kind: str
    name: str
    id_kind: str
    id_no: str
    item_name: str
    department: str
    decided_at: datetime


def granted(
    connection: Connection, vault: Vault, *, find: str = "", offset: int = 0, limit: int = 20
) -> tuple[list[Granted], int]:
    """Return a page of the decisions that granted something and stand, newest first, and how many there are.

    ``find`` is a part of the item's name (行政许可法 40: 准予决定公开).
    """
    chosen = [case_file.c.decision == "grant", case_file.c.status.not_in(("withdrawn", "terminated", "misfiled"))]
    if find:
        chosen.append(case_file.c.item_name.contains(find, autoescape=True))
    total = int(connection.execute(sa.select(sa.func.count()).select_from(case_file).where(*chosen)).scalar_one())
    query = (
        sa.select(
            applicant.c.kind, applicant.c.name, applicant.c.id_kind, applicant.c.id_sealed,
            case_file.c.item_name, case_file.c.department, case_file.c.decided_at,
        )
        .join(applicant, applicant.c.id == case_file.c.applicant_id)
        .where(*chosen)
        .order_by(case_file.c.decided_at.desc(), case_file.c.case_no.desc())
        .offset(offset)
        .limit(limit)
    )  # fmt: skip
    found = [
        Granted(row.kind, row.name, row.id_kind, vault.unseal(row.id_sealed), row.item_name, row.department,
                row.decided_at)
        for row in connection.execute(query)
    ]  # fmt: skip
    return found, total


@dataclass(frozen=True)
class Running:
    """A case that is not closed, as it is chosen for another release: its root, its number and what it has pinned."""

    root_id: str
    case_no: str
    release_id: str


def count_running_by_release(connection: Connection) -> dict[tuple[str, str], int]:
    """Return how many cases are not closed, by item and by the release they have pinned."""
    query = (
        sa.select(case_file.c.item_code, case_file.c.release_id, sa.func.count())
        .where(case_file.c.outcome.is_(None))
        .group_by(case_file.c.item_code, case_file.c.release_id)
    )
    return {(item, release): int(count) for item, release, count in connection.execute(query)}


def running_on(connection: Connection, item_code: str, release_id: str | None, *, limit: int | None) -> list[Running]:
    """Return at most ``limit`` cases of an item that are not closed, by number; of one release when given."""
    mine = [case_file.c.item_code == item_code, case_file.c.outcome.is_(None)]
    if release_id is not None:
        mine.append(case_file.c.release_id == release_id)
    columns = (case_file.c.root_id, case_file.c.case_no, case_file.c.release_id)
    query = sa.select(*columns).where(*mine).order_by(case_file.c.case_no).limit(limit)
    return [Running(*row) for row in connection.execute(query)]


def count_running(connection: Connection, item_codes: Iterable[str]) -> int:
    """Return how many cases of the items are not closed."""
    mine = case_file.c.item_code.in_(list(item_codes)) & case_file.c.outcome.is_(None)
    return int(connection.execute(sa.select(sa.func.count()).select_from(case_file).where(mine)).scalar_one())


def case_of_number(connection: Connection, case_no: str) -> CaseFile:
    """Return a case for the house's own use, without a scope; raise :class:`CaseMissing`."""
    row = connection.execute(sa.select(case_file).where(case_file.c.case_no == case_no)).one_or_none()
    if row is None:
        raise CaseMissing(case_no=case_no[:43])
    return _case(row)


def items_of_numbers(connection: Connection, case_nos: Sequence[str]) -> dict[str, str]:
    """Return the item of each case by its number, for the house's own use; a number that is nobody's is left out."""
    found: dict[str, str] = {}
    for begin in range(0, len(case_nos), 500):
        mine = case_file.c.case_no.in_(case_nos[begin : begin + 500])
        rows = connection.execute(sa.select(case_file.c.case_no, case_file.c.item_code).where(mine))
        found |= {row.case_no: row.item_code for row in rows}
    return found


def cases_of_application(connection: Connection, application_id: str) -> list[CaseFile]:
    """Return the cases of one application, in order of number."""
    query = sa.select(case_file).where(case_file.c.application_id == application_id)
    return [_case(row) for row in connection.execute(query.order_by(case_file.c.item_code, case_file.c.case_no))]


def cases_in_order(connection: Connection, root_ids: Iterable[str]) -> list[CaseFile]:
    """Return several cases in the order of their root ids."""
    wanted = list(root_ids)
    found = cases_by_root(connection, wanted)
    return [found[root] for root in wanted if root in found]


def next_case_number(unit: Unit, implement_code: str, day: date) -> str:
    """Take the item's next case number of the day, in the unit."""
    return case_number(implement_code, day, next_number(unit, implement_code, day))


def next_number(unit: Unit, series: str, day: date) -> int:
    """Take the next number of ``series`` (an implement code, or a word of another room) of the day, in the unit."""
    insert_if_missing(unit.connection, case_counter, {"implement_code": series, "day": day, "last": 0})
    mine = (case_counter.c.implement_code == series) & (case_counter.c.day == day)
    unit.connection.execute(case_counter.update().where(mine).values(last=case_counter.c.last + 1))
    return int(unit.connection.execute(sa.select(case_counter.c.last).where(mine)).scalar_one())


def case_numbers(connection: Connection) -> list[str]:
    """Return the numbers of all cases."""
    return list(connection.scalars(sa.select(case_file.c.case_no)))


def last_numbers(connection: Connection) -> dict[tuple[str, date], int]:
    """Return, for each (series, day), the last number that was taken."""
    return {(row.implement_code, row.day): row.last for row in connection.execute(sa.select(case_counter))}


def put_applicant(unit: Unit, values: Applicant) -> None:
    """Insert an applicant: number, phone and address sealed, number and phone with their blind index."""
    vault = unit.part(Vault)
    unit.connection.execute(
        applicant.insert().values(
            id=values.id,
            kind=values.kind,
            name=values.name,
            id_kind=values.id_kind,
            id_sealed=vault.seal(values.id_no),
            id_index=vault.blind_index("id", values.id_no),
            phone_sealed=vault.seal(values.phone),
            phone_index=vault.blind_index("phone", values.phone),
            address_sealed=vault.seal(values.address) if values.address else None,
            contact_name=values.contact_name or None,
            legal_representative=values.legal_representative or None,
            created_at=unit.now,
        )
    )


def applicant_of(connection: Connection, vault: Vault, applicant_id: str) -> Applicant:
    """Return an applicant in clear text."""
    row = connection.execute(sa.select(applicant).where(applicant.c.id == applicant_id)).one()
    return Applicant(
        id=row.id, kind=row.kind, name=row.name, id_kind=row.id_kind,
        id_no=vault.unseal(row.id_sealed), phone=vault.unseal(row.phone_sealed),
        address=vault.unseal(row.address_sealed) if row.address_sealed else "",
        contact_name=row.contact_name or "", legal_representative=row.legal_representative or "",
    )  # fmt: skip


def kinds_of(connection: Connection, applicant_ids: Iterable[str]) -> dict[str, str]:
    """Return whether each applicant is a person or an organisation: a list masks the names of persons only."""
    query = sa.select(applicant.c.id, applicant.c.kind).where(applicant.c.id.in_(list(applicant_ids)))
    return {row.id: row.kind for row in connection.execute(query)}


def replace_applicant(unit: Unit, case: CaseFile, new: Applicant) -> None:
    """Let a case and its application belong to another applicant; the old row stays for who must answer for it."""
    unit.connection.execute(
        application.update().where(application.c.id == case.application_id).values(applicant_id=new.id)
    )
    set_case(unit, case.root_id, applicant_id=new.id, applicant_name=new.name)


def put_application(unit: Unit, values: Mapping[str, Any]) -> None:
    """Insert an application."""
    unit.connection.execute(application.insert().values(created_at=unit.now, **values))


def put_case(unit: Unit, values: Mapping[str, Any]) -> None:
    """Insert a case, its row in the list, and what finds it and its applicant."""
    unit.connection.execute(case_file.insert().values(created_at=unit.now, **values))
    listing.put_row(unit, values)
    finding.index_case(unit.connection, values["root_id"])


def set_case(unit: Unit, root_id: str, **values: Any) -> None:
    """Set columns of a case whose root the unit holds locked; the list and the search index follow."""
    unit.connection.execute(case_file.update().where(case_file.c.root_id == root_id).values(**values))
    listing.set_row(unit, root_id, values)
    if finding.FOUND_BY & values.keys():
        finding.index_case(unit.connection, root_id)


def new_id() -> str:
    """Return a fresh row id."""
    return secrets.token_hex(13)


def _case(row: Any) -> CaseFile:
    values = dict(row._mapping)
    values["excluded_procedures"] = tuple(values["excluded_procedures"])
    return CaseFile(**values)
