"""Who is absent, and who stands in."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant

absence = sa.Table(
    "absence",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("account", sa.String(40), sa.ForeignKey("account.id"), nullable=False),
    sa.Column("substitute", sa.String(40), sa.ForeignKey("account.id"), nullable=False),
    sa.Column("starts_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("registered_by", sa.String(40), nullable=False),
    sa.Column("registered_at", Instant, nullable=False),
    sa.Column("revoked_by", sa.String(40)),
    sa.Column("revoked_at", Instant),
    sa.Index("ix_absence_account", "account", "ends_at"),
    sa.Index("ix_absence_substitute", "substitute", "ends_at"),
)
"""From ``starts_at`` until before ``ends_at``; one that was revoked counts no more, and stays as it was written."""
