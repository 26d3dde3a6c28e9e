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
    sa.Index("ix_upload_account", "account", "at"),
)
"""``root_id`` is empty until a command takes the file into a case; such rows are swept after a day."""

file_check = sa.Table(
    "file_check",
    METADATA,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("media_type", sa.String(100), nullable=False),
    sa.Column("sm3", sa.String(64), nullable=False),
    sa.Column("scan", sa.String(10), nullable=False),
    sa.Column("threat", sa.String(200), nullable=False),
    sa.Column("scanned_at", Instant),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("wake_at", Instant),
    sa.Column("preview", sa.String(64)),
    sa.Column("preview_note", sa.String(200), nullable=False),
    sa.Column("added_at", Instant, nullable=False),
    sa.Index("ix_file_check_wake_at", "wake_at"),
)
"""What is known of a content: its SM3 digest, the scanner's verdict, its preview (or why there is none).

``scan`` is pending, clean, infected, unscanned (no scanner is set up) or failed; ``wake_at`` is when the worker looks
at it next, empty when nothing is left to do.
"""
