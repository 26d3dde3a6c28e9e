"""The catalogue as other rooms read it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.foundation.errors import Invalid, NotFound
from engine.foundation.search import queries as search
from engine.foundation.store.portable import insert_if_missing
from engine.foundation.store.unit import Unit
from engine.registry.items.tables import item_version
from engine.registry.organisation.queries import department_named
from processes import words
from processes.items import Item, ItemRefused, load


class ItemUnknown(NotFound):
    """目录中没有事项 {code}，请核对事项编号。"""

    code = "ITEM_UNKNOWN"


class ItemUnfit(Invalid):
    """{sentence}"""

    code = "ITEM_UNFIT"


def current_items(connection: Connection) -> list[tuple[str, Item]]:
    """Return (digest, item) of the newest version of every code, in order of code."""
    newest: dict[str, tuple[str, Item]] = {}
    order = (item_version.c.code, item_version.c.published_at, item_version.c.digest)
    query = sa.select(item_version).order_by(*order)
    for row in connection.execute(query):
        newest[row.code] = (row.digest, parsed(row.body))
    return list(newest.values())


def item_names(connection: Connection) -> dict[str, str]:
    """Return the name of the newest version of every code, without reading the items themselves."""
    order = (item_version.c.code, item_version.c.published_at)
    query = sa.select(item_version.c.code, item_version.c.name).order_by(*order)
    return {row.code: row.name for row in connection.execute(query)}


def current_item(connection: Connection, code: str) -> tuple[str, Item]:
    """Return (digest, item) of the newest version of ``code``; raise :class:`ItemUnknown`."""
    row = connection.execute(
        sa.select(item_version)
        .where(item_version.c.code == code)
        .order_by(item_version.c.published_at.desc(), item_version.c.digest.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise ItemUnknown(code=code)
    return row.digest, parsed(row.body)


def item_at(connection: Connection, digest: str) -> Item:
    """Return the item version ``digest`` that a release pinned."""
    body = connection.execute(sa.select(item_version.c.body).where(item_version.c.digest == digest)).scalar_one()
    return parsed(body)


def item_text(connection: Connection, digest: str) -> str:
    """Return the text of the file of an item version."""
    query = sa.select(item_version.c.body).where(item_version.c.digest == digest)
    return str(connection.execute(query).scalar_one())


def item_texts(connection: Connection, digests: Iterable[str]) -> dict[str, str]:
    """Return the texts of the files of item versions by digest, in one statement."""
    query = sa.select(item_version.c.digest, item_version.c.body).where(item_version.c.digest.in_(list(digests)))
    return {row.digest: str(row.body) for row in connection.execute(query)}


def publish_item(unit: Unit, digest: str, text: str) -> bool:
    """Make the text of an item's file its current version; return False when it is that already.

    One that was current before, and is published anew, counts from now on as the newest.

    Raises :class:`ItemUnfit` with everything that is wrong with the file.
    """
    try:
        item = parsed(text)
    except ItemRefused as error:
        raise ItemUnfit(sentence=str(error)) from error
    fresh = insert_if_missing(
        unit.connection,
        item_version,
        {
            "digest": digest,
            "code": item.code,
            "name": item.name,
            "department": item.department,
            "case_type": item.case_type,
            "body": text,
            "published_at": unit.now,
        },
    )
    if not fresh and current_item(unit.connection, item.code)[0] != digest:
        again = item_version.update().where(item_version.c.digest == digest).values(published_at=unit.now)
        fresh = unit.connection.execute(again).rowcount == 1
    if fresh:
        index_guide(unit.connection, item)
    return fresh


def index_guide(connection: Connection, item: Item) -> None:
    """Index an item's service guide by everything a visitor may ask for (5.2.2); it lies in no department's scope."""
    parts = {
        "code": item.code,
        "name": item.name,
        "department": department_named(connection, item.department).name,
        "kind": f"{words.ITEM_TYPES.get(item.item_type, '')} {words.CASE_TYPES.get(item.case_type, '')}",
        "result": item.result.name,
    }
    for title, texts in (
        ("condition", item.conditions),
        ("material", [one.name for one in item.materials]),
        ("basis", item.basis),
        ("question", item.guide.questions),
    ):
        parts.update({f"{title}{number}": text for number, text in enumerate(texts, 1)})
    search.forget(connection, "guide", item.code)
    search.put(connection, "guide", item.code, places=(), parts=parts)


def reindex_guides(connection: Connection, after: str, limit: int) -> str | None:
    """Index the next ``limit`` guides behind the code ``after``; return the last code, or None at the end."""
    behind = [item for _, item in current_items(connection) if item.code > after][:limit]
    for item in behind:
        index_guide(connection, item)
    return behind[-1].code if behind else None


@lru_cache(maxsize=512)
def parsed(text: str) -> Item:
    """Return the item of a published text; parsing is pure, so equal texts share one item."""
    return load(text)
