"""Which case goes on in which."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, root_column

case_link = sa.Table(
    "case_link",
    METADATA,
    root_column(primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("other", sa.String(80), sa.ForeignKey("root.id"), primary_key=True),
)
"""``kind`` moved_to: the case ended as misfiled and goes on as ``other``; moved_from: the same seen from there."""
