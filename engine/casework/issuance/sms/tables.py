"""Messages to applicants."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

applicant_message = sa.Table(
    "applicant_message",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    root_column(),
    sa.Column("purpose", sa.String(40), nullable=False),
    sa.Column("to_sealed", sa.Text, nullable=False),
    sa.Column("text_sealed", sa.Text, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("sent_at", Instant),
    sa.Column("reference", sa.String(80)),
    sa.Index("ix_applicant_message_root_id", "root_id", "at"),
)
"""``state`` is queued, sent or failed; ``reference`` is the messenger's own number of what it sent."""
