"""Deficiencies, corrections on the spot, notice-and-commitment, correction terms."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json, root_column

deficiency = sa.Table(
    "deficiency",
    METADATA,
    root_column(primary_key=True),
    sa.Column("no", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("copies_required", sa.Integer, nullable=False),
    sa.Column("advice", sa.Text, nullable=False),
    sa.Column("supply_by", sa.Date, nullable=False),
    sa.Column("promised_at", Instant, nullable=False),
    sa.Column("promised_by", sa.String(40), nullable=False),
    sa.Column("signature", Json, nullable=False),
    sa.Column("supplied_at", Instant),
    sa.Column("supplied_by", sa.String(40)),
)
"""A material owed after 容缺受理 (4.1.7); ``promised_by`` is the clerk before whom the applicant promised."""

on_site_fix = sa.Table(
    "on_site_fix",
    METADATA,
    root_column(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("fixes", Json, nullable=False),
    sa.Column("confirmation", sa.String(10), nullable=False),
    sa.Column("confirmed_by_sealed", sa.Text),
    sa.Column("signature", Json),
    sa.Column("at", Instant, nullable=False),
    sa.Column("account", sa.String(40), nullable=False),
)
"""当场更正 (6.1.3): which material or content, what was wrong, how it was put right, confirmed how."""

notice_commitment = sa.Table(
    "notice_commitment",
    METADATA,
    root_column(primary_key=True),
    sa.Column("told", sa.Text, nullable=False),
    sa.Column("waived", Json, nullable=False),
    sa.Column("signature", Json, nullable=False),
    sa.Column("signed_at", Instant, nullable=False),
    sa.Column("taken_by", sa.String(40), nullable=False),
    sa.Column("check_due", sa.Date),
    sa.Column("checked_on", sa.Date),
    sa.Column("checked_by", sa.String(40)),
    sa.Column("check_result", sa.String(10)),
    sa.Column("findings", sa.Text),
    sa.Column("revoked_at", Instant),
    sa.Column("revoked_by", sa.String(40)),
)
"""告知承诺 (4.1.7): what was told, what the promise waives, and the later check (``check_result``: pass or fail)."""

correction_term = sa.Table(
    "correction_term",
    METADATA,
    root_column(primary_key=True),
    sa.Column("round", sa.Integer, primary_key=True),
    sa.Column("new_fact", sa.Text),
    sa.Column("extended_at", Instant),
    sa.Column("extended_by", sa.String(40)),
    sa.Column("extended_days", sa.Integer),
    sa.Column("reason", sa.Text),
    sa.Column("lapsed_at", Instant),
)
"""What a correction round needs besides its lines: why it was asked again (一次性告知), and how its limit ended."""
