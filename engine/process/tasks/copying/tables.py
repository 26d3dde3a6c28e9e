"""Copies of cases and who has read them."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

case_copy = sa.Table(
    "case_copy",
    METADATA,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    root_column(),
    sa.Column("task_id", sa.String(60), sa.ForeignKey("task.id"), nullable=False),
    sa.Column("sender", sa.String(40), nullable=False),
    sa.Column("receiver", sa.String(40), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("read_at", Instant),
    sa.Index("ix_case_copy_receiver", "receiver", "at"),
    sa.Index("ix_case_copy_unread", "receiver",
             sqlite_where=sa.text("read_at IS NULL"), postgresql_where=sa.text("read_at IS NULL")),
    sa.Index("ix_case_copy_task_id", "task_id"),
)  # fmt: skip
"""One row for each receiver."""
