"""Incidents."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

incident = sa.Table(
    "incident",
    METADATA,
    sa.Column("id", sa.String(160), primary_key=True),
    root_column(),
    sa.Column("element", sa.String(80), nullable=False),
    sa.Column("sentence", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("settled_at", Instant),
    sa.Column("settled_by", sa.String(40)),
    sa.Index("ix_incident_since", "since",
             sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")),
)  # fmt: skip
"""``id`` is ``deadline:``, ``timer:``, ``outbox:`` or ``seal:`` and the id of what failed; ``element`` the clock
boundary, the effect, the timer's element or the topic; ``state`` is open, retried, healed (it came
through after all, or waits no longer) or resolved (by hand, for a ``reason``)."""
