"""What was reported up, and what came back."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

report_up = sa.Table(
    "report_up",
    METADATA,
    root_column(primary_key=True),
    sa.Column("to_authority", sa.String(100), nullable=False),
    sa.Column("sent_on", sa.Date, nullable=False),
    sa.Column("signed_by", sa.String(60), nullable=False),
    sa.Column("signed_on", sa.Date, nullable=False),
    sa.Column("document_id", sa.String(26), nullable=False),
    sa.Column("reported_by", sa.String(40), nullable=False),
    sa.Column("reply_number", sa.String(100)),
    sa.Column("replied_on", sa.Date),
    sa.Column("reply_received_on", sa.Date),
    sa.Column("decision", sa.String(12)),
    sa.Column("content", sa.Text),
    sa.Column("relayed_at", Instant),
)
"""One row for a case: ``signed_on`` is when the higher authority signed for the papers (days of the city)."""
