"""chases of the branches of joint reviews; all reviews by how they stand"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.foundation.store.types import Instant, Json

revision = "0034"
down_revision = "0032"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "joint_chase",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("told", Json(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_joint_chase_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "key", "number", name=op.f("pk_joint_chase")),
    )
    op.create_index("ix_joint_review_state", "joint_review", ["state", "begun_at"])
