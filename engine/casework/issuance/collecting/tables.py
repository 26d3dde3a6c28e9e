"""How often an applicant was reminded of a result that waits at the window."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

chase = sa.Table(
    "chase",
    METADATA,
    root_column(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
)
"""A reminder (催领): by the house when the clock was due, or by a clerk who telephoned."""
