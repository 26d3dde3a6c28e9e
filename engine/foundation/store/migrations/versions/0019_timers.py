"""armed timers of running processes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.foundation.store.types

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "timer",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("task_no", sa.Integer(), nullable=False),
        sa.Column("element", sa.String(length=80), nullable=False),
        sa.Column("due_at", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.Column("wake_at", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_timer_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "run", "task_no", name=op.f("pk_timer")),
    )
    op.create_index("ix_timer_wake_at", "timer", ["wake_at"])
