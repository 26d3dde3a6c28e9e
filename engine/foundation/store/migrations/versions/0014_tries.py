"""tries are counted for all web processes together"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.foundation.store.types

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "tried",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("minute", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", "minute", name=op.f("pk_tried")),
    )
    op.create_index("ix_tried_minute", "tried", ["minute"], unique=False)
