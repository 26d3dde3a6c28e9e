"""Rows that a case gathers on its way: materials, corrections, opinions, handovers, site visits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.cases.file.tables import correction, handover, material, material_file, opinion, site_visit
from engine.foundation.blobs.queries import Upload
from engine.foundation.store.portable import insert_if_missing
from engine.foundation.store.unit import Unit


@dataclass(frozen=True)
class MaterialRow:
    """One line of the case's list of materials."""

    no: int
    name: str
    form: str
    copies_required: int
    required: bool
    deficiency_allowed: bool
    source: str
    provided_form: str | None
    copies: int
    original_checked: bool
    shared: bool
    returned: bool
    verdict: str | None
    advice: str | None


@dataclass(frozen=True)
class MaterialFile:
    """An electronic file of a material."""

    no: int
    digest: str
    file_name: str
    media_type: str
    size: int
    added_at: datetime
    added_by: str


@dataclass(frozen=True)
class Correction:
    """A correction round."""

    round: int
    lines: tuple[Mapping[str, Any], ...]
    state: str
    proposed_by: str
    proposed_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None
    document_id: str | None
    issued_at: datetime | None
    received_at: datetime | None


@dataclass(frozen=True)
class Opinion:
    """What somebody found, concluded and on what basis."""

    number: int
    kind: str
    department: str
    account: str
    name: str
    conclusion: str
    text: str
    basis: str | None
    at: datetime


@dataclass(frozen=True)
class Handover:
    """Papers or results given and taken."""

    number: int
    subject: str
    lines: tuple[Mapping[str, Any], ...]
    given_by: str
    given_at: datetime
    taken_by: str | None
    taken_at: datetime | None
    signature: Mapping[str, Any] | None
    document_id: str | None


@dataclass(frozen=True)
class Visit:
    """A site visit."""

    number: int
    planned_on: date
    place: str
    visitors: tuple[Mapping[str, str], ...]
    visited_on: date | None
    findings: str | None
    conclusion: str | None


def put_materials(unit: Unit, root_id: str, rows: Iterable[MaterialRow]) -> None:
    """Insert the case's list of materials."""
    unit.connection.execute(material.insert(), [{"root_id": root_id, **vars(row)} for row in rows])


def materials_of(connection: Connection, root_id: str) -> list[MaterialRow]:
    """Return the case's list of materials."""
    return [MaterialRow(*row) for row in connection.execute(_of(material, root_id, material.c.no))]


def set_material(unit: Unit, root_id: str, no: int, **values: Any) -> None:
    """Set columns of one material."""
    mine = (material.c.root_id == root_id) & (material.c.no == no)
    unit.connection.execute(material.update().where(mine).values(**values))


def add_files(unit: Unit, root_id: str, no: int, uploads: Iterable[Upload]) -> None:
    """Attach uploads to a material; one that is attached already stays as it is."""
    for one in uploads:
        insert_if_missing(
            unit.connection,
            material_file,
            {
                "root_id": root_id,
                "no": no,
                "digest": one.digest,
                "file_name": one.file_name,
                "media_type": one.media_type,
                "size": one.size,
                "added_at": unit.now,
                "added_by": unit.actor.account,
            },
        )


def files_of(connection: Connection, root_id: str) -> list[MaterialFile]:
    """Return the electronic files of all materials."""
    return [MaterialFile(*row) for row in connection.execute(_of(material_file, root_id, material_file.c.no))]


def named_files_of(connection: Connection, root_ids: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """Return by root id the files of several cases in the order of their materials: (digest, name of the material)."""
    same = (material.c.root_id == material_file.c.root_id) & (material.c.no == material_file.c.no)
    query = (
        sa.select(material_file.c.root_id, material_file.c.digest, material.c.name)
        .join(material, same)
        .where(material_file.c.root_id.in_(root_ids))
        .order_by(material_file.c.root_id, material_file.c.no)
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for root_id, digest, name in connection.execute(query):
        found.setdefault(root_id, []).append((digest, name))
    return found


def propose_correction(unit: Unit, root_id: str, lines: Sequence[Mapping[str, Any]]) -> int:
    """Insert a new correction round and return its number."""
    number = _last(unit, correction, correction.c.round, root_id) + 1
    unit.connection.execute(
        correction.insert().values(
            root_id=root_id,
            round=number,
            lines=[dict(line) for line in lines],
            state="proposed",
            proposed_by=unit.actor.account,
            proposed_at=unit.now,
        )
    )
    return number


def set_correction(unit: Unit, root_id: str, round: int, **values: Any) -> None:
    """Set columns of a correction round."""
    mine = (correction.c.root_id == root_id) & (correction.c.round == round)
    unit.connection.execute(correction.update().where(mine).values(**values))


def corrections_of(connection: Connection, root_id: str) -> list[Correction]:
    """Return the correction rounds in order."""
    rows = connection.execute(_of(correction, root_id, correction.c.round))
    return [Correction(row[0], tuple(row[1]), *row[2:]) for row in rows]


def give_opinion(
    unit: Unit, root_id: str, *, kind: str, department: str, conclusion: str, text: str, basis: str | None = None
) -> None:
    """Append the actor's opinion to the case."""
    number = _last(unit, opinion, opinion.c.number, root_id) + 1
    unit.connection.execute(
        opinion.insert().values(
            root_id=root_id,
            number=number,
            kind=kind,
            department=department,
            account=unit.actor.account,
            name=unit.actor.name,
            conclusion=conclusion,
            text=text,
            basis=basis,
            at=unit.now,
        )
    )


def opinions_of(connection: Connection, root_id: str) -> list[Opinion]:
    """Return the opinions in order."""
    return [Opinion(*row) for row in connection.execute(_of(opinion, root_id, opinion.c.number))]


def give_over(unit: Unit, root_id: str, subject: str, lines: Sequence[Mapping[str, Any]]) -> int:
    """Insert a handover given by the actor now; return its number."""
    number = _last(unit, handover, handover.c.number, root_id) + 1
    unit.connection.execute(
        handover.insert().values(
            root_id=root_id,
            number=number,
            subject=subject,
            lines=[dict(line) for line in lines],
            given_by=unit.actor.account,
            given_at=unit.now,
        )
    )
    return number


def set_handover(unit: Unit, root_id: str, number: int, **values: Any) -> None:
    """Set columns of a handover."""
    mine = (handover.c.root_id == root_id) & (handover.c.number == number)
    unit.connection.execute(handover.update().where(mine).values(**values))


def handovers_of(connection: Connection, root_id: str, subject: str | None = None) -> list[Handover]:
    """Return the handovers in order, all or those of ``subject``."""
    rows = connection.execute(_of(handover, root_id, handover.c.number))
    found = [Handover(row[0], row[1], tuple(row[2]), *row[3:]) for row in rows]
    return [one for one in found if subject in (None, one.subject)]


def unsigned_handovers(connection: Connection, account: str) -> list[tuple[str, Handover]]:
    """Return (root id, slip) of the papers ``account`` gave that nobody has signed for, oldest first."""
    waiting = (handover.c.given_by == account) & handover.c.taken_at.is_(None) & (handover.c.subject == "materials")
    columns = [column for column in handover.c if column.name != "root_id"]
    query = sa.select(handover.c.root_id, *columns).where(waiting).order_by(handover.c.given_at)
    return [(row[0], Handover(row[1], row[2], tuple(row[3]), *row[4:])) for row in connection.execute(query)]


def plan_visit(unit: Unit, root_id: str, on: date, place: str, visitors: Sequence[Mapping[str, str]]) -> int:
    """Insert a planned site visit; return its number."""
    number = _last(unit, site_visit, site_visit.c.number, root_id) + 1
    unit.connection.execute(
        site_visit.insert().values(
            root_id=root_id, number=number, planned_on=on, place=place, visitors=[dict(one) for one in visitors]
        )
    )
    return number


def set_visit(unit: Unit, root_id: str, number: int, **values: Any) -> None:
    """Set columns of a site visit."""
    mine = (site_visit.c.root_id == root_id) & (site_visit.c.number == number)
    unit.connection.execute(site_visit.update().where(mine).values(**values))


def visits_of(connection: Connection, root_id: str) -> list[Visit]:
    """Return the site visits in order."""
    rows = connection.execute(_of(site_visit, root_id, site_visit.c.number))
    return [Visit(row[0], row[1], row[2], tuple(row[3]), *row[4:]) for row in rows]


def _of(table: sa.Table, root_id: str, order: sa.ColumnElement[Any]) -> sa.Select[Any]:
    columns = [column for column in table.c if column.name != "root_id"]
    return sa.select(*columns).where(table.c.root_id == root_id).order_by(order)


def _last(unit: Unit, table: sa.Table, column: sa.ColumnElement[int], root_id: str) -> int:
    query = sa.select(sa.func.coalesce(sa.func.max(column), 0)).select_from(table).where(table.c.root_id == root_id)
    return int(unit.connection.execute(query).scalar_one())
