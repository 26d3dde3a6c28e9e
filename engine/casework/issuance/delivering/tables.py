"""Every choice of a way of delivery, in order."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

delivery_choice = sa.Table(
    "delivery_choice",
    METADATA,
    root_column(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("mode", sa.String(12), nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""``mode`` is pickup, mail or electronic; the newest choice counts."""
