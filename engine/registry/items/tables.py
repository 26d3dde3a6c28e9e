"""Item versions."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant

item_version = sa.Table(
    "item_version",
    METADATA,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("code", sa.String(40), nullable=False),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("department", sa.String(40), nullable=False),
    sa.Column("case_type", sa.String(20), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("published_at", Instant, nullable=False),
    sa.Index("ix_item_version_code", "code", "published_at"),
)
"""``body`` is the item file as it was published.

The newest version of a code is the current one; a case keeps the version its release names.
"""
