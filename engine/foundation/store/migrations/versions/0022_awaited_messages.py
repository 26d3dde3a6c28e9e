"""messages from outside that running processes wait for"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.foundation.store.types

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Apply: nothing waits yet, for no process could be released that waits for a message with a business key."""
    op.create_table(
        "awaited_message",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("task_no", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("since", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_awaited_message_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "run", "task_no", name=op.f("pk_awaited_message")),
    )
    op.create_index("ix_awaited_message_name_key", "awaited_message", ["name", "key"])
