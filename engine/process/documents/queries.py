"""Rows of documents and numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.store.portable import insert_if_missing
from engine.foundation.store.unit import Unit
from engine.process.documents.rules import VOID, Document, DocumentMissing, Void
from engine.process.documents.tables import document, document_number, document_void


def next_number(unit: Unit, series: str, year: int) -> int:
    """Take the next number of a series in the unit: rolled back with it, so the series has no gap."""
    insert_if_missing(unit.connection, document_number, {"series": series, "year": year, "last": 0})
    mine = (document_number.c.series == series) & (document_number.c.year == year)
    unit.connection.execute(document_number.update().where(mine).values(last=document_number.c.last + 1))
    return int(unit.connection.execute(sa.select(document_number.c.last).where(mine)).scalar_one())


def last_document_numbers(connection: Connection) -> dict[tuple[str, int], int]:
    """Return, for each (series, year), the last number that was taken."""
    return {(row.series, row.year): row.last for row in connection.execute(sa.select(document_number))}


def all_numbers(connection: Connection) -> list[str]:
    """Return the numbers of all documents."""
    return list(connection.scalars(sa.select(document.c.number)))


def unrendered_documents(connection: Connection) -> list[tuple[str, str, str]]:
    """Return (root id, id, number) of the documents whose file was not rendered yet."""
    query = sa.select(document.c.root_id, document.c.id, document.c.number).where(document.c.sha256.is_(None))
    return [(row.root_id, row.id, row.number) for row in connection.execute(query)]


def put_document(unit: Unit, values: Document) -> None:
    """Insert a document."""
    unit.connection.execute(document.insert().values(**vars(values)))


def document_by_id(connection: Connection, id: str) -> Document:
    """Return a document; raise :class:`DocumentMissing`."""
    return _found(connection.execute(sa.select(document).where(document.c.id == id)).one_or_none())


def document_by_code(connection: Connection, code: str) -> Document:
    """Return the document with the verification code printed on it; raise :class:`DocumentMissing`."""
    return _found(connection.execute(sa.select(document).where(document.c.verify_code == code)).one_or_none())


def documents_of(connection: Connection, root_id: str) -> list[Document]:
    """Return the documents of a case in the order they were issued."""
    query = sa.select(document).where(document.c.root_id == root_id).order_by(document.c.position)
    return [Document(**row._mapping) for row in connection.execute(query)]


def documents_by(connection: Connection, account: str, *, since: datetime, until: datetime) -> list[Document]:
    """Return the documents that ``account`` issued in the period (UTC), in order."""
    mine = (document.c.issued_by == account) & (document.c.issued_at >= since) & (document.c.issued_at < until)
    query = sa.select(document).where(mine).order_by(document.c.issued_at, document.c.number)
    return [Document(**row._mapping) for row in connection.execute(query)]


def rendered_digests(connection: Connection, root_prefix: str = "") -> set[str]:
    """Return the digests of all rendered files, or of those of the roots that begin with ``root_prefix``."""
    of_roots = document.c.root_id.startswith(root_prefix, autoescape=True)
    return set(connection.scalars(sa.select(document.c.sha256).where(document.c.sha256.is_not(None), of_roots)))


def note_rendering(unit: Unit, id: str, sha256: str) -> None:
    """Keep the digest of the rendered file."""
    unit.connection.execute(document.update().where(document.c.id == id).values(sha256=sha256, rendered_at=unit.now))


def put_void(unit: Unit, values: Void) -> None:
    """Mark a document void; its number, data and file stay."""
    row = {name: value for name, value in vars(values).items() if name in document_void.c}
    unit.connection.execute(document_void.insert().values(**row))
    unit.connection.execute(document.update().where(document.c.id == values.document_id).values(state=VOID))


def void_of(connection: Connection, id: str) -> Void | None:
    """Return how a document became void, or None for a valid one."""
    return next(iter(_voids(connection, document_void.c.document_id == id)), None)


def voids_of(connection: Connection, root_id: str) -> dict[str, Void]:
    """Return the voids of a case by document."""
    return {one.document_id: one for one in _voids(connection, document_void.c.root_id == root_id)}


def _voids(connection: Connection, chosen: sa.ColumnElement[bool]) -> list[Void]:
    new = sa.func.coalesce(document.c.number, "").label("new_number")
    joined = document_void.outerjoin(document, document.c.id == document_void.c.reissued_as)
    query = sa.select(document_void, new).select_from(joined).where(chosen)
    return [Void(**row._mapping) for row in connection.execute(query)]


def _found(row: Any) -> Document:
    if row is None:
        raise DocumentMissing
    return Document(**row._mapping)
