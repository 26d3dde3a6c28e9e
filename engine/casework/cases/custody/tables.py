"""Differences, refused handovers, and originals that are excused."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

paper_difference = sa.Table(
    "paper_difference",
    METADATA,
    root_column(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("handover", sa.Integer, nullable=False),
    sa.Column("material_no", sa.Integer, nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("copies_sent", sa.Integer, nullable=False),
    sa.Column("copies_received", sa.Integer, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("noted_by", sa.String(40), nullable=False),
    sa.Column("noted_at", Instant, nullable=False),
    sa.Column("document_id", sa.String(26)),
    sa.Column("resolution", sa.String(12)),
    sa.Column("explanation", sa.Text),
    sa.Column("proposed_by", sa.String(40)),
    sa.Column("proposed_at", Instant),
    sa.Column("confirmed_by", sa.String(40)),
    sa.Column("confirmed_at", Instant),
)
"""A difference (T075): ``state`` is open, proposed or resolved; the giver answers for it until it is resolved.
``resolution`` is found, corrected or asked_anew; the giver proposes it, the taker confirms: both names stand here."""

handover_refusal = sa.Table(
    "handover_refusal",
    METADATA,
    root_column(primary_key=True),
    sa.Column("handover", sa.Integer, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""A whole handover that was refused (拒收): the giver hands over again under a new number."""

custody_exception = sa.Table(
    "custody_exception",
    METADATA,
    root_column(primary_key=True),
    sa.Column("material_no", sa.Integer, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""An original that the department files without, for a reason it signs for (6.4.1)."""
