"""cases that run go on with another release, in batches that can be taken up again"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.foundation.store.types

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "migration_batch",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("release_id", sa.String(length=64), nullable=False),
        sa.Column("ids", engine.foundation.store.types.Json(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("started_at", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.Column("started_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_migration_batch_release_id_release")),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_migration_batch_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_migration_batch")),
    )
    op.create_table(
        "migration_case",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("case_no", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=True),
        sa.Column("at", engine.foundation.store.types.Instant(length=27), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_migration_case_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "number", name=op.f("pk_migration_case")),
        sa.UniqueConstraint("root_id", "case_no", name=op.f("uq_migration_case_root_id_case_no")),
    )
