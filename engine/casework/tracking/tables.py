"""Query codes: sealed for the slip, and as a keyed digest for the check."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

query_code = sa.Table(
    "query_code",
    METADATA,
    root_column(primary_key=True),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("given_at", Instant, nullable=False),
    sa.Column("given_by", sa.String(40), nullable=False),
)
"""``number`` counts the codes that the case has had; only the last one opens it."""
