"""Journal lines, and the erasable personal values that they only keep digests of."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

journal_line = sa.Table(
    "journal_line",
    METADATA,
    root_column(primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("type", sa.String(60), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("command_key", sa.String(120), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Index("ix_journal_line_at", "at"),
    sa.Index("ix_journal_line_key", "account", "command_key"),
)
"""``body`` is the canonical JSON of the whole envelope; the other columns repeat it for searching."""

journal_private = sa.Table(
    "journal_private",
    METADATA,
    root_column(primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("salt", sa.String(32), nullable=False),
    sa.Column("sealed", sa.Text, nullable=False),
)
"""A personal value that entered: may be erased by law without breaking the chain."""
