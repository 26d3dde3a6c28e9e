"""drafts of processes and what belongs to them, and forms that the centre has made its own"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.foundation.store.types import Instant, Json

revision = "0038"
down_revision = "0036"


def upgrade() -> None:
    """Apply."""
    _drafts()
    _beside_drafts()
    op.create_table(
        "own_form",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("effective_from", Instant(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("key", "number", name=op.f("pk_own_form")),
    )


def _drafts() -> None:
    op.create_table(
        "draft",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("copied_from", sa.String(length=40), nullable=False, server_default=""),
        sa.Column("emergency", sa.Text(), nullable=False, server_default=""),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("submitted_by", sa.String(length=40), nullable=True),
        sa.Column("submitted_person", sa.String(length=40), nullable=True),
        sa.Column("submitted_at", Instant(), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("effective_from", Instant(), nullable=True),
        sa.Column("releases", Json(), nullable=False, server_default="{}"),
        sa.Column("rolled_back_by", sa.String(length=40), nullable=True),
        sa.Column("rolled_back_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_draft_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_draft")),
        sa.UniqueConstraint("number", name=op.f("uq_draft_number")),
    )
    op.create_table(
        "draft_file",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("base_digest", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_draft_file_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "kind", "name", name=op.f("pk_draft_file")),
    )
    op.create_table(
        "draft_version",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("saved_by", sa.String(length=40), nullable=False),
        sa.Column("saved_person", sa.String(length=40), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_draft_version_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "kind", "name", "version", name=op.f("pk_draft_version")),
    )


def _beside_drafts() -> None:
    op.create_table(
        "draft_comment",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("element_id", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("settled_by", sa.String(length=40), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_draft_comment_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "number", name=op.f("pk_draft_comment")),
    )
    op.create_table(
        "draft_presence",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_draft_presence_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "kind", "name", "account", name=op.f("pk_draft_presence")),
    )
