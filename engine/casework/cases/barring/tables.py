"""Entries of 失信记录."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant

barred_applicant = sa.Table(
    "barred_applicant",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("id_index", sa.String(64), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("root_id", sa.String(80)),
    sa.Column("barred_at", Instant, nullable=False),
    sa.Column("barred_by", sa.String(40), nullable=False),
    sa.Column("lifted_at", Instant),
    sa.Column("lifted_by", sa.String(40)),
    sa.Column("applicant_kind", sa.String(20)),
    sa.Column("applicant_name", sa.String(120)),
    sa.Column("id_kind", sa.String(20)),
    sa.Column("id_sealed", sa.Text),
    sa.Column("source", sa.String(12)),
    sa.Column("basis", sa.Text),
    sa.Column("department", sa.String(40)),
    sa.Column("until", sa.Date),
    sa.Column("lift_reason", sa.Text),
    sa.Index("ix_barred_applicant_id_index", "id_index"),
    sa.Index("ix_barred_applicant_barred_at", "barred_at", "id"),
)
"""Who may not promise instead of proving (国办发〔2020〕42 号: 失信), found by the blind index of the number.

``id`` is the entry's number.  ``root_id`` is the case it came from, if any; ``department`` the one that keeps the
entry; ``until`` the last day, without which it stands until it is lifted.
"""
