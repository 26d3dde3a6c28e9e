"""what each kept rehearsal showed with which files; rehearsals of what is undone, and of files as of a day"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.foundation.store.types import Instant

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "rehearsal_verdict",
        sa.Column("test_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("files_digest", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["test_id"], ["rehearsal_test.id"], name=op.f("fk_rehearsal_verdict_test_id_rehearsal_test")
        ),
        sa.PrimaryKeyConstraint("test_id", "files_digest", name=op.f("pk_rehearsal_verdict")),
    )
    op.add_column("rehearsal_run", sa.Column("undo", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("rehearsal_run", sa.Column("as_of", Instant()))
