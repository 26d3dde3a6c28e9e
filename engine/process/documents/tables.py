"""Documents and their running numbers."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json, root_column

document = sa.Table(
    "document",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    root_column(),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("number", sa.String(60), nullable=False, unique=True),
    sa.Column("title", sa.String(80), nullable=False),
    sa.Column("data", Json, nullable=False),
    sa.Column("template_digest", sa.String(64), nullable=False),
    sa.Column("font_digest", sa.String(64), nullable=False),
    sa.Column("verify_code", sa.String(32), nullable=False, unique=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("issued_at", Instant, nullable=False),
    sa.Column("issued_by", sa.String(40), nullable=False),
    sa.Column("sha256", sa.String(64)),
    sa.Column("rendered_at", Instant),
    sa.UniqueConstraint("root_id", "position"),
)
"""``position`` counts the documents of a case.

``data`` is frozen when the number is taken; the file is rendered from it after the commit, the same bytes whenever
asked.  ``state`` is issued or void.
"""

document_void = sa.Table(
    "document_void",
    METADATA,
    sa.Column("document_id", sa.String(26), sa.ForeignKey("document.id"), primary_key=True),
    root_column(),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("reissued_as", sa.String(26), sa.ForeignKey("document.id")),
    sa.Column("notice_id", sa.String(26), sa.ForeignKey("document.id")),
    sa.Index("ix_document_void_root_id", "root_id"),
)
"""A void document keeps its number, its data and its file; ``reissued_as`` stands in its place."""

document_number = sa.Table(
    "document_number",
    METADATA,
    sa.Column("series", sa.String(40), primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)
