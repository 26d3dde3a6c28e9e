"""Batches of cases that are moved to another release, and how far each has come."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json, root_column

migration_batch = sa.Table(
    "migration_batch",
    METADATA,
    root_column(primary_key=True),
    sa.Column("item_code", sa.String(40), nullable=False),
    sa.Column("release_id", sa.String(64), sa.ForeignKey("release.id"), nullable=False),
    sa.Column("ids", Json, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("started_by", sa.String(40), nullable=False),
)
"""``ids``: process id to old element id to new element id."""

migration_case = sa.Table(
    "migration_case",
    METADATA,
    root_column(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("case_no", sa.String(60), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("sentence", sa.Text),
    sa.Column("at", Instant),
    sa.UniqueConstraint("root_id", "case_no"),
)
"""``state`` is chosen, done or refused; ``sentence`` says why a case was refused."""
