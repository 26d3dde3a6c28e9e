"""rehearsals that were asked for, and scripts that are kept as tests"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.foundation.store.types import Instant, Json

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "rehearsal_test",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("script", sa.Text(), nullable=False),
        sa.Column("kept_by", sa.String(length=40), nullable=False),
        sa.Column("kept_at", Instant(), nullable=False),
        sa.Column("dropped_by", sa.String(length=40)),
        sa.Column("dropped_at", Instant()),
        sa.Column("dropped_reason", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehearsal_test")),
    )
    op.create_table(
        "rehearsal_run",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("draft_id", sa.String(length=40), nullable=False),
        sa.Column("test_id", sa.Integer()),
        sa.Column("script", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("host", sa.String(length=120), nullable=False, server_default=""),
        sa.Column("beat_at", Instant()),
        sa.Column("step", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("steps", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("doing", sa.Text(), nullable=False, server_default=""),
        sa.Column("outcome", sa.String(length=8), nullable=False, server_default=""),
        sa.Column("files_digest", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("report", Json()),
        sa.Column("ended_at", Instant()),
        sa.ForeignKeyConstraint(
            ["test_id"], ["rehearsal_test.id"], name=op.f("fk_rehearsal_run_test_id_rehearsal_test")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rehearsal_run")),
    )
    op.create_index("ix_rehearsal_run_state", "rehearsal_run", ["state", "id"])
    op.create_index("ix_rehearsal_run_test", "rehearsal_run", ["test_id", "files_digest"])
    op.create_index("ix_rehearsal_run_draft", "rehearsal_run", ["draft_id", "id"])
