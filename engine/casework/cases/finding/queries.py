"""Indexing cases and applicants, and finding applicants by their exact numbers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.cases.listing.tables import case_listing
from engine.casework.cases.tables import applicant, case_file
from engine.foundation.clock import from_utc_text, utc_text
from engine.foundation.search import queries as search
from engine.foundation.search.rules import normal
from engine.foundation.vault import Vault
from engine.registry.identity.rules import Scope
from engine.registry.organisation.queries import department_named, departments

FOUND_BY = frozenset({"applicant_name", "item_name", "department"})
"""The columns of a case that are indexed and may change."""

SHORTEST_NUMBER = 6
"""A phone has 11 digits, a passport 9 characters, an officer's card 6 and more; what is shorter is only a word."""


@dataclass(frozen=True)
class Known:
    """A person or firm that has cases in the reader's scope; the number is still sealed."""

    applicant_id: str
    kind: str
    name: str
    id_kind: str
    id_sealed: str
    cases: int
    newest: datetime


def case_parts(case_no: str, applicant_name: str, item_name: str, department: str) -> dict[str, str]:
    """Return the texts by which a case is found; its result number joins them when the result is made."""
    return {"number": case_no, "applicant": applicant_name, "item": item_name, "department": department}


def applicant_ref(id_index: str, name: str) -> str:
    """Return the key of an applicant in the index.

    One for each spelling of a name: whoever sees only one department's cases must not find a person by the name that
    another department wrote down.
    """
    return f"{id_index}:{normal(name)}"


def index_case(connection: Connection, root_id: str) -> None:
    """Index a case and its applicant, or index them anew."""
    columns = (case_file.c.case_no, case_file.c.applicant_name, case_file.c.item_name, case_file.c.department)
    query = sa.select(*columns, applicant.c.id_index).join(applicant, applicant.c.id == case_file.c.applicant_id)
    row = connection.execute(query.where(case_file.c.root_id == root_id)).one()
    _put(connection, root_id, row, department_named(connection, row.department).name)


def reindex(connection: Connection, after: str, limit: int) -> str | None:
    """Index the next ``limit`` cases behind the place ``after``, in the order in which they came.

    Returns the place of the last one, or None at the end.
    """
    rows = connection.execute(_behind(after).limit(limit)).all()
    named = departments(connection)
    for row in rows:
        _put(connection, row.root_id, row, named[row.department].name)
    return f"{utc_text(rows[-1].received_at)} {rows[-1].root_id}" if rows else None


def found_otherwise(connection: Connection) -> list[str]:
    """Return the roots of cases that the index does not find by what their own rows say, or at all."""
    named = departments(connection)
    entries = search.entries(connection, "case")
    wrong = []
    for row in connection.execute(_behind("")):
        department = named[row.department].name if row.department in named else row.department
        parts = case_parts(row.case_no, row.applicant_name, row.item_name, department)
        entry = entries.pop(row.root_id, None)
        right = entry is not None and parts.items() <= entry.parts.items() and row.department in entry.places
        if not right or entry is None or not search.finds(connection, "case", entry):
            wrong.append(row.root_id)
    return sorted([*wrong, *entries])


def _behind(place: str) -> sa.Select[Any]:
    columns = (
        case_file.c.root_id, case_file.c.case_no, case_file.c.applicant_name, case_file.c.item_name,
        case_file.c.department, case_listing.c.received_at, applicant.c.id_index,
    )  # fmt: skip
    query = (
        sa.select(*columns)
        .join(case_file, case_file.c.root_id == case_listing.c.root_id)
        .join(applicant, applicant.c.id == case_file.c.applicant_id)
        .order_by(case_listing.c.received_at, case_listing.c.root_id)
    )
    if not place:
        return query
    at, _, root = place.partition(" ")
    same = (case_listing.c.received_at == from_utc_text(at)) & (case_listing.c.root_id > root)
    return query.where(sa.or_(case_listing.c.received_at > from_utc_text(at), same))


def is_number(query: str) -> bool:
    """Tell whether a query may be a whole identity number or phone: letters of ASCII and digits in one piece."""
    number = exact_number(query)
    return len(number) >= SHORTEST_NUMBER and number.isascii() and number.isalnum() and any(map(str.isdigit, number))


def exact_number(query: str) -> str:
    """Return a number as it was sealed: plain letters, upper case, no spaces or hyphens."""
    plain = unicodedata.normalize("NFKC", query).upper()
    return "".join(letter for letter in plain if not letter.isspace() and letter != "-")


def applicants_with_number(connection: Connection, vault: Vault, scope: Scope, number: str) -> list[Known]:
    """Return whom the exact identity number or phone belongs to, of those with cases in the scope."""
    wanted = exact_number(number)
    mine = sa.or_(
        applicant.c.id_index == vault.blind_index("id", wanted),
        applicant.c.phone_index == vault.blind_index("phone", wanted),
    )
    return _known(connection, scope, mine)


def applicants_of(connection: Connection, scope: Scope, ids: Sequence[str]) -> list[Known]:
    """Return the people behind row ids of applicants, of those with cases in the scope, with all their cases."""
    indexes = sa.select(applicant.c.id_index).where(applicant.c.id.in_(list(ids)))
    return _known(connection, scope, applicant.c.id_index.in_(indexes))


def applicants_found(connection: Connection, scope: Scope, hits: Sequence[search.Hit]) -> list[Known]:
    """Return whom the hits of a search for applicants mean, in their order."""
    indexes = [hit.ref.partition(":")[0] for hit in hits]
    known = {
        applicant_ref(one.index, one.known.name): one.known
        for one in _rows(connection, scope, applicant.c.id_index.in_(indexes))
    }
    return [known[hit.ref] for hit in hits if hit.ref in known]


@dataclass(frozen=True)
class _Row:
    index: str
    known: Known


def _known(connection: Connection, scope: Scope, mine: sa.ColumnElement[bool]) -> list[Known]:
    return [row.known for row in _rows(connection, scope, mine)]


def _rows(connection: Connection, scope: Scope, mine: sa.ColumnElement[bool]) -> list[_Row]:
    seen = [] if scope.everything else [case_file.c.department.in_(sorted(scope.departments))]
    query = (
        sa.select(
            applicant.c.id_index,
            applicant.c.name,
            sa.func.max(applicant.c.id).label("applicant_id"),
            sa.func.max(applicant.c.kind).label("kind"),
            sa.func.max(applicant.c.id_kind).label("id_kind"),
            sa.func.max(applicant.c.id_sealed).label("id_sealed"),
            sa.func.count().label("cases"),
            sa.func.max(case_file.c.received_at).label("newest"),
        )
        .join(case_file, case_file.c.applicant_id == applicant.c.id)
        .where(mine, *seen)
        .group_by(applicant.c.id_index, applicant.c.name)
        .order_by(sa.desc("newest"))
        .limit(100)
    )
    return [
        _Row(row.id_index, Known(**{name: row._mapping[name] for name in Known.__dataclass_fields__}))
        for row in connection.execute(query)
    ]


def _put(connection: Connection, root_id: str, row: Any, department: str) -> None:
    parts: Mapping[str, str] = case_parts(row.case_no, row.applicant_name, row.item_name, department)
    places: Iterable[str] = (row.department,)
    search.put(connection, "case", root_id, places=places, parts=parts)
    ref = applicant_ref(row.id_index, row.applicant_name)
    search.put(connection, "applicant", ref, places=places, parts={"name": row.applicant_name}, join=True)
