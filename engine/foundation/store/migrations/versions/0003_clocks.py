"""pauses, hours and overdue notices of clocks"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.foundation.store.types import Instant, Json

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply: a clock keeps its terms, because what was armed is armed anew after a pause."""
    with op.batch_alter_table("clock", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rule", sa.String(length=8), nullable=False, server_default="(P,R]"))
        batch_op.add_column(sa.Column("reminder_days", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("overdue", Json(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("due_at", Instant(length=27), nullable=True))
        batch_op.add_column(sa.Column("stopped_at", Instant(length=27), nullable=True))
        batch_op.add_column(sa.Column("lapsed", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("excused", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("acts", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE clock SET reminder_days = 1 WHERE kind = 'commitment'")
