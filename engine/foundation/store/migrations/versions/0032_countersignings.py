"""countersignings of tasks; in which passage of a called process a step was, and whether it is undone"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.foundation.store.types

revision = "0032"
down_revision = "0030"


def upgrade() -> None:
    """Apply: steps of before lie in no passage that is known, so that nobody is sent back across one."""
    op.create_table(
        "countersigning",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("task_id", sa.String(length=60), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.Column("settled_at", engine.foundation.store.types.Instant(length=27), nullable=True),
        sa.Column("ended_by", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_countersigning_root_id_root")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_countersigning_task_id_task")),
        sa.PrimaryKeyConstraint("task_id", "round", name=op.f("pk_countersigning")),
    )
    op.create_table(
        "countersigner",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("task_id", sa.String(length=60), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("added_by", sa.String(length=40), nullable=False),
        sa.Column("added_at", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.Column("removed_by", sa.String(length=40), nullable=True),
        sa.Column("removed_at", engine.foundation.store.types.Instant(length=27), nullable=True),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("conditions", sa.Text(), nullable=True),
        sa.Column("signed_at", engine.foundation.store.types.Instant(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["task_id", "round"],
            ["countersigning.task_id", "countersigning.round"],
            name=op.f("fk_countersigner_task_id_countersigning"),
        ),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_countersigner_root_id_root")),
        sa.PrimaryKeyConstraint("task_id", "round", "number", name=op.f("pk_countersigner")),
    )
    op.create_index(
        "ix_countersigner_waiting", "countersigner", ["account", "added_at"],
        sqlite_where=sa.text("waits"), postgresql_where=sa.text("waits"),
    )  # fmt: skip
    op.add_column("step", sa.Column("within", sa.Integer(), nullable=True))
    op.add_column("step", sa.Column("undone", sa.Boolean(), nullable=True))
