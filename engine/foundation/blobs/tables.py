"""Uploads: which account brought which content, under which name."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant

upload = sa.Table(
    "upload",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("file_name", sa.String(200), nullable=False),
    sa.Column("media_type", sa.String(100), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("root_id", sa.String(80), sa.ForeignKey("root.id")),
    sa.Index("ix_upload_root_id", "root_id"),
)
"""``root_id`` is empty until a command takes the file into a case; such rows are swept after a day."""
