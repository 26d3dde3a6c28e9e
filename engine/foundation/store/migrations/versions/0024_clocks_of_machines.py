"""how the clock of each machine that delivers deadlines stands"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.foundation.store.types

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "machine",
        sa.Column("boot", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("between", sa.BigInteger(), nullable=False),
        sa.Column("skew", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.String(length=10), nullable=True),
        sa.Column("off", sa.BigInteger(), nullable=False),
        sa.Column("at", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.Column("trusted", engine.foundation.store.types.Instant(length=27), nullable=True),
        sa.PrimaryKeyConstraint("boot", name=op.f("pk_machine")),
    )
