"""what was found when closed cases were held against drawings"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.foundation.store.types import Instant

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "held_case",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("case_no", sa.String(length=43), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("closed_at", Instant(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("release_id", sa.String(length=64)),
        sa.Column("own", sa.Integer()),
        sa.Column("published", sa.Integer()),
        sa.Column("why", sa.Text()),
        sa.Column("held_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_held_case_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_held_case")),
    )
    op.create_index("ix_held_case_closed", "held_case", ["closed_at", "case_no"])
    op.create_table(
        "held_deviation",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("against", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("process", sa.String(length=60), nullable=False),
        sa.Column("element", sa.String(length=120), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_held_deviation_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "against", "number", name=op.f("pk_held_deviation")),
    )
    op.create_index("ix_held_deviation_kind", "held_deviation", ["against", "kind"])
