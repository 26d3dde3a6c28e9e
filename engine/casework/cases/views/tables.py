"""Saved views."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json

saved_view = sa.Table(
    "saved_view",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("owner", sa.String(40), nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("list", sa.String(12), nullable=False),
    sa.Column("filters", Json, nullable=False),
    sa.Column("shared_role", sa.String(30)),
    sa.Column("shared_place", sa.String(40)),
    sa.Column("is_default", sa.Boolean, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.UniqueConstraint("owner", "list", "name"),
    sa.Index("ix_saved_view_shared", "shared_place", "shared_role"),
)
"""``list`` is cases or inbox; ``filters`` are the pairs of its address.  Whoever holds ``shared_role`` in
``shared_place`` sees a shared view too; only its owner changes it, and only the owner's own may be the default."""
