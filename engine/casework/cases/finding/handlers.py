"""Building the index anew, in batches, each a unit of its own: a house with many cases goes on working meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.engine import Connection

from engine.casework.cases.finding.commands import RebuildSearch
from engine.foundation.journal.tags import tag
from engine.foundation.search import queries
from engine.foundation.store.unit import Unit

REBUILT = tag("search.rebuilt", "开始重建查找索引")

WORDS = "words"
"""The source that comes first: it empties the index and writes the words of the entries that are known."""

Source = Callable[[Connection, str, int], str | None]
"""Indexes the next things behind a place and returns the place of the last one, or None at the end."""


class Sources:
    """The rooms that have something to be found, in the order in which they are indexed."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        """``sources`` by name; compose gives them."""
        self.all: Mapping[str, Source] = {WORDS: _words, **sources}


def rebuild(command: RebuildSearch, unit: Unit) -> Mapping[str, Any]:
    """Write one batch; the outcome's ``after`` is where the next one begins, None when the source has ended."""
    if command.source == WORDS and not command.after:
        queries.forget_words(unit.connection)
        unit.record(REBUILT, unit.lock_or_create("account:search", "account").id)
    return {"after": unit.part(Sources).all[command.source](unit.connection, command.after, command.limit)}


def _words(connection: Connection, after: str, limit: int) -> str | None:
    last = queries.rewrite(connection, int(after or 0), limit)
    return None if last is None else str(last)
