"""Addresses an account was asked for from."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant

account_address = sa.Table(
    "account_address",
    METADATA,
    sa.Column("account", sa.String(40), sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("address", sa.String(45), primary_key=True),
    sa.Column("signed_in_at", Instant),
    sa.Column("failed_at", Instant),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("paused_until", Instant),
    sa.Index("ix_account_address_paused_until", "paused_until"),
)
"""``failures`` counts since the last sign-in from there; ``paused_until`` is the machine's time, the others the
house's."""
