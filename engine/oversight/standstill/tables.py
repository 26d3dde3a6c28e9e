"""Standstills, and what became of each case."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json, root_column

standstill = sa.Table(
    "standstill",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("document_no", sa.String(120), nullable=False),
    sa.Column("from_day", sa.Date, nullable=False),
    sa.Column("departments", Json, nullable=False),
    sa.Column("items", Json, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("drafted_by", sa.String(40), nullable=False),
    sa.Column("drafted_person", sa.String(40), nullable=False),
    sa.Column("drafted_at", Instant, nullable=False),
    sa.Column("approved_by", sa.String(40)),
    sa.Column("approved_at", Instant),
    sa.Column("end_reason", sa.Text, nullable=False, server_default=""),
    sa.Column("end_document_no", sa.String(120), nullable=False, server_default=""),
    sa.Column("end_day", sa.Date),
    sa.Column("end_drafted_by", sa.String(40)),
    sa.Column("end_drafted_person", sa.String(40)),
    sa.Column("end_drafted_at", Instant),
    sa.Column("end_approved_by", sa.String(40)),
    sa.Column("end_approved_at", Instant),
)
"""``state`` is drafted, dropped, pausing (approved, the worker is at it), in_force, ending (its end is drafted),
resuming, or ended.  ``departments`` and ``items`` narrow the scope; both empty for all cases."""

standstill_case = sa.Table(
    "standstill_case",
    METADATA,
    sa.Column("standstill_id", sa.Integer, sa.ForeignKey("standstill.id"), primary_key=True),
    root_column(primary_key=True),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("clocks", sa.Integer, nullable=False),
    sa.Column("sentence", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_standstill_case_state", "standstill_id", "state", "root_id"),
)
"""``state`` is paused, skipped (with the reason), failed (with what was refused), or resumed; ``clocks`` how many of
its clocks stand or stood still."""
