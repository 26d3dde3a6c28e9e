"""every part of every host tells that it is alive; facts about the installation"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.foundation.store.types

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "heartbeat",
        sa.Column("host", sa.String(length=120), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("at", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.PrimaryKeyConstraint("host", "part", name=op.f("pk_heartbeat")),
    )
    op.create_table(
        "installation",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("at", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation")),
    )
