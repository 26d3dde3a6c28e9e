"""The branches of a joint case and what their departments said."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

joint_branch = sa.Table(
    "joint_branch",
    METADATA,
    root_column(primary_key=True),
    sa.Column("key", sa.String(40), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("department", sa.String(40), nullable=False),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("veto", sa.String(20), nullable=False),
    sa.Column("conclusion", sa.String(20)),
    sa.Column("opinion", sa.Text),
    sa.Column("basis", sa.Text),
    sa.Column("representative", sa.String(60)),
    sa.Column("account", sa.String(40)),
    sa.Column("at", Instant),
)
"""``veto`` is what a denial means by the plan; ``representative`` spoke for the department (4.2.2c)."""
