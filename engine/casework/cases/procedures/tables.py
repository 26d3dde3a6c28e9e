"""Special procedures and extensions of a case."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json, root_column

special_procedure = sa.Table(
    "special_procedure",
    METADATA,
    root_column(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("legal_basis", sa.Text, nullable=False),
    sa.Column("expected_days", sa.Integer, nullable=False),
    sa.Column("told_anew", sa.Boolean, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("more_days", sa.Integer),
    sa.Column("asked_by", sa.String(40), nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("approved_by", sa.String(40)),
    sa.Column("approved_at", Instant),
    sa.Column("document_id", sa.String(26)),
    sa.Column("started_on", sa.Date),
    sa.Column("expected_end", sa.Date),
    sa.Column("ended_on", sa.Date),
    sa.Column("result", sa.Text),
    sa.Column("conclusion", sa.Text),
    sa.Column("hearing", Json),
)
"""``state``: asked, approved, refused, running, longer (more time asked for), renewed (granted, not yet told), ended.
``document_id`` is the notice on which the clocks stand still; ``told_anew``: the kind was not ticked in Appendix B, so
the notice tells it for the first time; ``hearing`` keeps the dates and people of a hearing."""

extension = sa.Table(
    "extension",
    METADATA,
    root_column(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("days", sa.Integer, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("asked_by", sa.String(40), nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("approved_by", sa.String(40)),
    sa.Column("document_id", sa.String(26)),
    sa.Column("document_no", sa.String(60)),
)
"""``state``: asked, approved, refused, told (the notice is out and the limit was moved), needless (the
case was decided first)."""
