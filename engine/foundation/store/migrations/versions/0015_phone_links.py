"""links for telephones, and what came in by them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.foundation.store.types

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "phone_link",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("task_id", sa.String(length=60), nullable=True),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=160), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("about", sa.String(length=120), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("opened_at", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.Column("expires_at", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.Column("closed_at", engine.foundation.store.types.Instant(length=27), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_phone_link_root_id_root")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_phone_link_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_phone_link_token_hash")),
    )
    op.create_index("ix_phone_link_task_id", "phone_link", ["task_id"])
    op.create_table(
        "phone_file",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("link_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.String(length=26), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("at", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_phone_file_root_id_root")),
        sa.ForeignKeyConstraint(["link_id"], ["phone_link.id"], name=op.f("fk_phone_file_link_id_phone_link")),
        sa.PrimaryKeyConstraint("link_id", "number", name=op.f("pk_phone_file")),
    )
