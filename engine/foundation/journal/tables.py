"""Journal lines, and the erasable personal values that they only keep digests of."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

FEW = (
    "account.created", "account.disabled", "account.enabled", "account.role_granted", "account.role_revoked",
    "account.state_set", "clock.excused", "clock.extended", "leave.registered", "leave.revoked", "process.modified",
    "task.sent_back", "task.withdrawn",
)  # fmt: skip
"""Kinds of lines that are few among all, and looked for in all journals at once: they have an index of their own."""

IS_OF_FEW = f"type IN ({', '.join(repr(one) for one in FEW)})"
"""The condition of that index, in the words in which a question must repeat it."""

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
    sa.Index("ix_journal_line_few", "type", "root_id", "seq",
             sqlite_where=sa.text(IS_OF_FEW), postgresql_where=sa.text(IS_OF_FEW)),
)  # fmt: skip
"""``body`` is the canonical JSON of the whole envelope; the other columns repeat it for searching."""

journal_private = sa.Table(
    "journal_private",
    METADATA,
    root_column(primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("salt", sa.String(32), nullable=False),
    sa.Column("sealed", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
"""A personal value that entered: may be erased by law without breaking the chain."""
