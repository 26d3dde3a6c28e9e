"""Rows of the log, and of the chains whose heads wait to be sealed."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

seal_queue = sa.Table(
    "seal_queue",
    METADATA,
    sa.Column("root_id", sa.String(80), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sqlite_with_rowid=False,
)
"""A row for each unit that moved a root: inserted only, so no unit waits for another; the sealer takes them away."""

log_head = sa.Table(
    "log_head",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("origin", sa.String(80), nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("refused", sa.Text),
    sa.Column("refused_at", Instant),
)
"""One row: the log as it stands, and the lock of whoever seals.

``key`` is the public key that signs now; ``refused`` says why nothing is signed any more, since ``refused_at``."""

log_leaf = sa.Table(
    "log_leaf",
    METADATA,
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    root_column(),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("head", sa.String(64), nullable=False),
    sa.Index("ix_log_leaf_root", "root_id", "seq", unique=True),
)
"""A leaf of the log: the line ``seq`` of a chain had the digest ``head`` when it was sealed."""

log_tile = sa.Table(
    "log_tile",
    METADATA,
    sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("hashes", sa.LargeBinary, nullable=False),
)
"""The hashes of up to 256 full subtrees of 256**level leaves, one after the other (C2SP tlog-tiles, without files)."""

log_checkpoint = sa.Table(
    "log_checkpoint",
    METADATA,
    sa.Column("size", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
)
"""Every signed checkpoint."""
