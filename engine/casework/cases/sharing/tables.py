"""Which material is shared with which department."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

shared_material = sa.Table(
    "shared_material",
    METADATA,
    root_column(primary_key=True),
    sa.Column("no", sa.Integer, primary_key=True),
    sa.Column("department", sa.String(40), primary_key=True),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_shared_material_department", "department", "at"),
)
