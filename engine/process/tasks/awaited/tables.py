"""Messages with a business key that running processes wait for."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

awaited_message = sa.Table(
    "awaited_message",
    METADATA,
    root_column(primary_key=True),
    sa.Column("run", sa.Integer, primary_key=True),
    sa.Column("task_no", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("key", sa.String(100), nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Index("ix_awaited_message_name_key", "name", "key"),
)
"""``task_no`` is the number of what waits in its run; it, the name and the key are the same in the process, and never
change.  A row goes when its message has come or its element was left; who waits again is another row."""
