"""Writing and asking the index.  The one module of the house with SQL of its own for each database.

Every question is one statement, whatever it finds: it counts at most :data:`MOST` things and reads one page of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from engine.foundation.search import rules
from engine.foundation.search.rules import Wanted
from engine.foundation.search.tables import search_entry
from engine.foundation.store.portable import insert_if_missing, keep_to_indexes

MOST = 10_000
"""An exact count of everything is worth no full reading: beyond this a page says “10000+”."""
_LEADING = 1_000
"""How many exact and beginning matches are brought to the front of those that contain the words somewhere."""


@dataclass(frozen=True)
class Hit:
    """One thing found: its key in its own room, and its indexed texts by name."""

    ref: str
    parts: Mapping[str, str]


@dataclass(frozen=True)
class Entry:
    """A thing as it was given to the index."""

    id: int
    places: tuple[str, ...]
    parts: Mapping[str, str]


@dataclass(frozen=True)
class Found:
    """One page of what was found; ``total`` is at most ``MOST + 1``, which means more."""

    hits: tuple[Hit, ...]
    total: int


def put(
    connection: Connection, kind: str, ref: str, *, places: Iterable[str], parts: Mapping[str, str], join: bool = False
) -> None:
    """Index a thing, or index it anew in the caller's transaction.

    With ``join`` the new places are added to those it has, and the new parts to the old ones; otherwise the places are
    replaced and only the parts of the same names.
    """
    fresh = sorted(places)
    if insert_if_missing(connection, search_entry, {"kind": kind, "ref": ref, "places": fresh, "parts": dict(parts)}):
        row = _entry(connection, kind, ref)
        _write(connection, row.id, kind, row.places, row.parts)
        return
    row = _entry(connection, kind, ref)
    wanted = sorted({*row.places, *fresh}) if join else fresh
    texts = {**row.parts, **parts}
    if (wanted, texts) == (row.places, row.parts):
        return
    _erase(connection, row)
    connection.execute(search_entry.update().where(search_entry.c.id == row.id).values(places=wanted, parts=texts))
    _write(connection, row.id, kind, wanted, texts)


def put_part(connection: Connection, kind: str, ref: str, name: str, text: str) -> None:
    """Set one text of a thing that may be indexed already; one that is not is left to its own room."""
    row = _entry(connection, kind, ref)
    if row is not None:
        put(connection, kind, ref, places=row.places, parts={name: text})


def forget(connection: Connection, kind: str, ref: str) -> None:
    """Take a thing out of the index; one that is not there is gone already."""
    row = _entry(connection, kind, ref)
    if row is not None:
        _erase(connection, row)
        connection.execute(search_entry.delete().where(search_entry.c.id == row.id))


def find(
    connection: Connection, kind: str, query: str, places: Iterable[str] | None, *, offset: int = 0, limit: int = 20
) -> Found:
    """Return a page of the things of ``kind`` in which every word of ``query`` occurs.

    Only what lies in ``places`` (all when None) is found or counted.  First come things with a field that is the first
    word, then those with a field that begins with it, then the others; in each group what is newer comes first.
    """
    ranked = ranking(connection, kind, query, places)
    if ranked is None:
        return Found((), 0)
    keep_to_indexes(connection)
    counted = sa.select(sa.func.count().label("total")).select_from(ranked).subquery()
    page = sa.select(ranked.c.id, ranked.c.tier).order_by(*order_of(ranked)).offset(offset).limit(limit).subquery()
    # The count stands even when the page is empty, and both come from one look at the index.
    shown = counted.outerjoin(page, sa.true()).outerjoin(search_entry, search_entry.c.id == page.c.id)
    rows = connection.execute(
        sa.select(counted.c.total, search_entry.c.ref, search_entry.c.parts)
        .select_from(shown)
        .order_by(*order_of(page))
    ).all()
    hits = tuple(Hit(row.ref, row.parts) for row in rows if row.ref is not None)
    return Found(hits, min(rows[0].total, MOST + 1))


def ranking(connection: Connection, kind: str, query: str, places: Iterable[str] | None) -> sa.CTE | None:
    """Return the entries found by ``query`` as a bounded table of (id, tier); None when there is no word in it."""
    words = rules.words_of(query)
    if not words:
        return None
    seen = None if places is None else tuple(places)
    exact = _matching(connection, rules.equals(kind, seen, words), _LEADING).cte()
    lead = _matching(connection, rules.begins(kind, seen, words), _LEADING).cte()
    some = _matching(connection, rules.contains(kind, seen, words), MOST + 1).cte()
    in_exact, in_lead = sa.select(exact.c.id), sa.select(lead.c.id)
    return sa.union_all(
        sa.select(exact.c.id, sa.literal_column("0").label("tier")),
        sa.select(lead.c.id, sa.literal_column("1")).where(lead.c.id.not_in(in_exact)),
        sa.select(some.c.id, sa.literal_column("2")).where(some.c.id.not_in(in_exact), some.c.id.not_in(in_lead)),
    ).cte()


def order_of(ranked: sa.FromClause) -> tuple[sa.ColumnElement[Any], ...]:
    """Return the order of what :func:`ranking` found: best first, then newest first."""
    return ranked.c.tier, ranked.c.id.desc()


def ref_of(id: sa.ColumnElement[int]) -> sa.ScalarSelect[str]:
    """Return the key of the entry ``id`` as an expression (a look-up by the primary key in any plan)."""
    return sa.select(search_entry.c.ref).where(search_entry.c.id == id).limit(1).scalar_subquery()


def is_empty(connection: Connection, kind: str) -> bool:
    """Tell whether nothing of ``kind`` is indexed yet."""
    query = sa.select(search_entry.c.id).where(search_entry.c.kind == kind).limit(1)
    return connection.execute(query).first() is None


def entries(connection: Connection, kind: str) -> dict[str, Entry]:
    """Return everything of ``kind`` that was given to the index, by its key."""
    query = sa.select(search_entry).where(search_entry.c.kind == kind)
    return {row.ref: Entry(row.id, tuple(row.places), row.parts) for row in connection.execute(query)}


def finds(connection: Connection, kind: str, entry: Entry) -> bool:
    """Tell whether the index finds the entry in its places by each of its texts: that its words are really there."""
    texts = [normal for normal in map(rules.normal, entry.parts.values()) if normal]
    id, matches = _matches(connection, rules.contains(kind, entry.places, texts))
    return connection.execute(sa.select(id).where(matches, id == entry.id)).first() is not None


def forget_words(connection: Connection) -> None:
    """Empty the index but keep the entries, so that a rebuilt one keeps their order; :func:`rewrite` fills it again."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DELETE FROM search_index")
    else:
        connection.exec_driver_sql("INSERT INTO search_index(search_index) VALUES ('delete-all')")


def rewrite(connection: Connection, after: int, limit: int) -> int | None:
    """Write the words of the next ``limit`` entries behind the id ``after``; return the last id, or None at the end."""
    query = sa.select(search_entry).where(search_entry.c.id > after).order_by(search_entry.c.id).limit(limit)
    rows = connection.execute(query).all()
    write_many(connection, [(row.id, row.kind, row.places, row.parts) for row in rows])
    return rows[-1].id if rows else None


def write_many(connection: Connection, entries: Sequence[tuple[int, str, Sequence[str], Mapping[str, str]]]) -> None:
    """Write the words of many entries (id, kind, places, parts) that are not in the index."""
    if not entries:
        return
    values = [{"id": id, "words": _words(connection, kind, places, parts)} for id, kind, places, parts in entries]
    connection.execute(sa.text(_INSERT[connection.dialect.name]), values)


_INSERT = {
    "sqlite": "INSERT INTO search_index(rowid, words) VALUES (:id, :words)",
    "postgresql": "INSERT INTO search_index(id, words) VALUES (:id, CAST(:words AS tsvector))",
}


def _entry(connection: Connection, kind: str, ref: str) -> Any:
    """Return the entry, locked where the database locks rows: two cases of one person may come at once."""
    mine = (search_entry.c.kind == kind) & (search_entry.c.ref == ref)
    return connection.execute(sa.select(search_entry).where(mine).with_for_update()).one_or_none()


def _write(connection: Connection, id: int, kind: str, places: Sequence[str], parts: Mapping[str, str]) -> None:
    write_many(connection, [(id, kind, places, parts)])


def _erase(connection: Connection, row: Any) -> None:
    """Take the words of an entry out of the index (FTS5 without content must be told what it had been given)."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("DELETE FROM search_index WHERE id = :id"), {"id": row.id})
        return
    words = _words(connection, row.kind, row.places, row.parts)
    statement = "INSERT INTO search_index(search_index, rowid, words) VALUES ('delete', :id, :words)"
    connection.execute(sa.text(statement), {"id": row.id, "words": words})


def _words(connection: Connection, kind: str, places: Sequence[str], parts: Mapping[str, str]) -> str:
    cut = rules.pieces(kind, places, parts.values())
    if connection.dialect.name == "postgresql":
        at: dict[str, list[str]] = {}
        for number, piece in enumerate(cut.runs, 1):
            at.setdefault(piece, []).append(str(number))
        return " ".join([*(f"'{piece}':{','.join(numbers)}" for piece, numbers in at.items()),
                         *(f"'{piece}'" for piece in cut.marks if piece not in at)])  # fmt: skip
    return " ".join((*cut.runs, *cut.marks))


def _matching(connection: Connection, wanted: Wanted, limit: int) -> sa.Select[Any]:
    """Return the newest ``limit`` ids that match.

    The order is part of the question, not only of the answer: with it PostgreSQL walks the primary key backwards for
    frequent words and the word index for rare ones, and never has a reason to read the whole table.
    """
    id, matches = _matches(connection, wanted)
    return sa.select(id.label("id")).where(matches).order_by(id.desc()).limit(limit)


def _matches(connection: Connection, wanted: Wanted) -> tuple[sa.ColumnElement[int], sa.ColumnElement[bool]]:
    """Return the id column of the index, and the condition that a row of it holds what is ``wanted``."""
    if connection.dialect.name == "postgresql":
        table = sa.table("search_index", sa.column("id", sa.BigInteger), sa.column("words"))
        return table.c.id, table.c.words.op("@@", is_comparison=True)(sa.cast(_tsquery(wanted), postgresql.TSQUERY))
    table = sa.table("search_index", sa.column("rowid", sa.Integer))
    return table.c.rowid, sa.literal_column("search_index").op("MATCH", is_comparison=True)(_fts5(wanted))


def _tsquery(wanted: Wanted) -> str:
    groups = ["(" + " <-> ".join(f"'{piece}'" for piece in phrase) + ")" for phrase in wanted.phrases]
    if wanted.places is not None:
        groups.append("(" + " | ".join(f"'{place}'" for place in wanted.places or ("-",)) + ")")
    return " & ".join(groups)


def _fts5(wanted: Wanted) -> str:
    groups = ['"' + " ".join(phrase) + '"' for phrase in wanted.phrases]
    if wanted.places is not None:
        groups.append("(" + " OR ".join(f'"{place}"' for place in wanted.places or ("__none",)) + ")")
    return " AND ".join(groups)
