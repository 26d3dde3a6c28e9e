"""What is indexed, and the index itself, which each database has in its own way."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Json

search_entry = sa.Table(
    "search_entry",
    METADATA,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("ref", sa.String(200), nullable=False),
    sa.Column("places", Json, nullable=False),
    sa.Column("parts", Json, nullable=False),
    sa.UniqueConstraint("kind", "ref"),
)
"""A thing that is found: ``ref`` is its key in its own room, ``parts`` its texts by name, ``places`` the departments
whose people may find it.  A later entry has a greater id: what is newer comes first."""

SQLITE_INDEX = (
    "CREATE VIRTUAL TABLE search_index USING fts5(words, content='', columnsize=0, tokenize=\"ascii tokenchars '_'\")"
)
"""Keeps no copy of the text; the tokenizer leaves every character beyond ASCII in its word."""

POSTGRESQL_INDEX = (
    "CREATE TABLE search_index (id bigint NOT NULL, words tsvector NOT NULL, CONSTRAINT pk_search_index PRIMARY KEY"
    " (id), CONSTRAINT fk_search_index_id_search_entry FOREIGN KEY (id) REFERENCES search_entry (id) ON DELETE CASCADE)"
)
POSTGRESQL_WORDS = "CREATE INDEX ix_search_index_words ON search_index USING gin (words)"

for _statement, _dialect in (
    (SQLITE_INDEX, "sqlite"), (POSTGRESQL_INDEX, "postgresql"), (POSTGRESQL_WORDS, "postgresql")
):  # fmt: skip
    _made = sa.DDL(_statement).execute_if(dialect=_dialect)  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it so
    sa.event.listen(search_entry, "after_create", _made)
