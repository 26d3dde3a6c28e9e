"""The store's own rows: roots, idempotency, epochs."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json

root = sa.Table(
    "root",
    METADATA,
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("parent", sa.String(80), sa.ForeignKey("root.id")),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("head", sa.String(64), nullable=False),
)
"""One row for each thing that changes as a whole: its version, its journal's head, and its lock."""

idempotency = sa.Table(
    "idempotency",
    METADATA,
    sa.Column("account", sa.String(40), primary_key=True),
    sa.Column("key", sa.String(120), primary_key=True),
    sa.Column("command", sa.String(60), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("outcome", Json, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("lines", sa.Integer),
)
"""What each acknowledged command answered, so that a repeated one gets the same answer.

``lines`` is how many lines it left in the journals: one that is gone later is missed, even when the chain was made to
fit.  Empty for what was done before this was counted."""

epoch = sa.Table(
    "epoch",
    METADATA,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
)
"""Counters read at the start of each unit: a higher one makes this host drop its cached copy."""
