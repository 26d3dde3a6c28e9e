"""Counted tries."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant

tried = sa.Table(
    "tried",
    METADATA,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("minute", Instant, primary_key=True),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Index("ix_tried_minute", "minute"),
)
"""``name`` is a digest of what is tried and by whom; ``minute`` the beginning of the minute (machine time)."""
