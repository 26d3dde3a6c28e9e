"""Armed timers of running processes."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

timer = sa.Table(
    "timer",
    METADATA,
    root_column(primary_key=True),
    sa.Column("run", sa.Integer, primary_key=True),
    sa.Column("task_no", sa.Integer, primary_key=True),
    sa.Column("element", sa.String(80), nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("wake_at", Instant, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("last_error", sa.Text),
    sa.Index("ix_timer_wake_at", "wake_at"),
)
"""``task_no`` is the timer's number in its run; ``due_at`` is the same instant as in the process, and never moves;
``wake_at`` is when the sweeper looks again.  A row goes when its timer has rung or its element was left."""
