"""Shipments and what the courier reported of them."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json, root_column

shipment = sa.Table(
    "shipment",
    METADATA,
    sa.Column("id", sa.String(60), primary_key=True),
    root_column(),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("way", sa.String(10), nullable=False),
    sa.Column("recipient_sealed", sa.Text, nullable=False),
    sa.Column("contents", Json, nullable=False),
    sa.Column("courier", sa.String(60)),
    sa.Column("tracking_no", sa.String(60)),
    sa.Column("cost_fen", sa.Integer, nullable=False),
    sa.Column("fee_to_applicant", sa.Integer, nullable=False),
    sa.Column("created_by", sa.String(40), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("ordered_at", Instant),
    sa.Column("closed_at", Instant),
    sa.Column("signed_by", sa.String(60)),
    sa.Column("last_note", sa.Text),
    sa.Column("document_id", sa.String(26)),
    sa.Column("poll_at", Instant),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.UniqueConstraint("root_id", "number"),
    sa.Index("ix_shipment_poll_at", "poll_at"),
)
"""A shipment of the centre (6.3.3): ``id`` is our order number, the same at every try; ``state`` is queued, ordered,
collected, in_transit, delivered, failed, returned or unplaced (no courier took the order); the cost is the centre's,
``fee_to_applicant`` is 0 for ever; the recipient lies sealed.  ``poll_at`` is empty when nobody need ask any more."""

shipment_event = sa.Table(
    "shipment_event",
    METADATA,
    root_column(),
    sa.Column("shipment_id", sa.String(60), sa.ForeignKey("shipment.id"), primary_key=True),
    sa.Column("event_id", sa.String(80), primary_key=True),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("place", sa.String(120), nullable=False),
    sa.Column("note", sa.String(300), nullable=False),
    sa.Column("signed_by", sa.String(60), nullable=False),
    sa.Column("via", sa.String(10), nullable=False),
    sa.Column("received_at", Instant, nullable=False),
)
"""What was reported by the courier (``via`` call or poll) or a clerk; the event's own id makes it count once."""
