"""Outbox rows."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json, root_column

outbox = sa.Table(
    "outbox",
    METADATA,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    root_column(),
    sa.Column("topic", sa.String(40), nullable=False),
    sa.Column("payload", Json, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("wake_at", Instant, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("last_error", sa.Text),
    sa.Index("ix_outbox_wake_at", "wake_at", sqlite_where=sa.text("state = 'open'"),
             postgresql_where=sa.text("state = 'open'")),
)  # fmt: skip
"""``state`` is open, done, or failed (an incident for the administrator)."""
