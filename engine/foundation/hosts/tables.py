"""Heartbeats, and facts about the installation."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant

heartbeat = sa.Table(
    "heartbeat",
    METADATA,
    sa.Column("host", sa.String(120), primary_key=True),
    sa.Column("part", sa.String(20), primary_key=True),
    sa.Column("at", Instant, nullable=False),
)
"""``host`` is the host's name and the process; ``at`` (machine time) is when the part last made progress."""

installation = sa.Table(
    "installation",
    METADATA,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.String(200), nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""One row for each fact, ``at`` (machine time) when it was noted."""
