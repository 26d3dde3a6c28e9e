"""how far the log was followed when closed cases were held against drawings"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "held_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("published", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_head")),
    )
    op.create_index("ix_held_case_release", "held_case", ["item_code", "release_id", "department"])
