"""scanning of uploads, phone photographs, applicants' query codes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.foundation.store.types

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "query_code",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("given_at", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.Column("given_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_query_code_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_query_code")),
    )
    op.create_index("ix_upload_account", "upload", ["account", "at"])
    op.create_table(
        "file_check",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("sm3", sa.String(length=64), nullable=False),
        sa.Column("scan", sa.String(length=10), nullable=False),
        sa.Column("threat", sa.String(length=200), nullable=False),
        sa.Column("scanned_at", engine.foundation.store.types.Instant(length=27), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("wake_at", engine.foundation.store.types.Instant(length=27), nullable=True),
        sa.Column("preview", sa.String(length=64), nullable=True),
        sa.Column("preview_note", sa.String(length=200), nullable=False),
        sa.Column("added_at", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_file_check")),
    )
    op.create_index("ix_file_check_wake_at", "file_check", ["wake_at"])
