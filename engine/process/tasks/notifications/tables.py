"""Notifications and who has read them."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

notification = sa.Table(
    "notification",
    METADATA,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    root_column(),
    sa.Column("role", sa.String(30), nullable=False),
    sa.Column("department", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("sentence", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("account", sa.String(40)),
    sa.Index("ix_notification_for", "department", "role", "at"),
    sa.Index("ix_notification_account", "account", "at", sqlite_where=sa.text("account IS NOT NULL"),
             postgresql_where=sa.text("account IS NOT NULL")),
)  # fmt: skip
"""Told to everybody with ``role`` in ``department``; with an ``account`` to that one alone, who has the post."""

notification_read = sa.Table(
    "notification_read",
    METADATA,
    sa.Column("notification_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"),
              sa.ForeignKey("notification.id"), primary_key=True),
    sa.Column("account", sa.String(40), primary_key=True),
    sa.Column("at", Instant, nullable=False),
)  # fmt: skip
