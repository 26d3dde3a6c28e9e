"""void and reissued documents"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.foundation.store.types

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "document_void",
        sa.Column("document_id", sa.String(length=26), nullable=False),
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("at", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reissued_as", sa.String(length=26), nullable=True),
        sa.Column("notice_id", sa.String(length=26), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_document_void_document_id_document")),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_document_void_root_id_root")),
        sa.ForeignKeyConstraint(["reissued_as"], ["document.id"], name=op.f("fk_document_void_reissued_as_document")),
        sa.ForeignKeyConstraint(["notice_id"], ["document.id"], name=op.f("fk_document_void_notice_id_document")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_document_void")),
    )
    op.create_index("ix_document_void_root_id", "document_void", ["root_id"], unique=False)
