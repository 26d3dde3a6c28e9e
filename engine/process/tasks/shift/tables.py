"""Copies of drafts that came with a task."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

draft_copy = sa.Table(
    "draft_copy",
    METADATA,
    root_column(),
    sa.Column("task_id", sa.String(60), sa.ForeignKey("task.id"), primary_key=True),
    sa.Column("account", sa.String(40), primary_key=True),
    sa.Column("giver", sa.String(40), primary_key=True),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""What ``giver`` had typed when the task went to ``account``: read-only, never put over the receiver's own draft."""
