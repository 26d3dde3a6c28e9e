"""Who was asked to prepare a task for whom."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

delegation = sa.Table(
    "delegation",
    METADATA,
    root_column(),
    sa.Column("task_id", sa.String(60), sa.ForeignKey("task.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("delegator", sa.String(40), nullable=False),
    sa.Column("delegate", sa.String(40), nullable=False),
    sa.Column("person", sa.String(40), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_delegation_delegate", "delegate", "at",
             sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")),
)  # fmt: skip
"""``state`` is open, returned, recalled or ended (the task went into other hands).  One that is open is over, too, when
its task is closed: completing writes nothing here.  ``person`` is the natural person of the delegate."""
