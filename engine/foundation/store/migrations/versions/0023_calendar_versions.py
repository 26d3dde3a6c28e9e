"""the calendar has versions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.foundation.store.types

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "calendar_draft",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("of_version", sa.Integer(), nullable=True),
        sa.Column("rows", engine.foundation.store.types.Json(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("cursor", sa.String(length=120), nullable=False),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Integer(), nullable=False),
        sa.Column("drafted_by", sa.String(length=40), nullable=False),
        sa.Column("drafted_person", sa.String(length=40), nullable=False),
        sa.Column("drafted_name", sa.String(length=40), nullable=False),
        sa.Column("at", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", engine.foundation.store.types.Instant(length=27), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_draft")),
    )
    op.create_table(
        "calendar_version",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("of_version", sa.Integer(), nullable=True),
        sa.Column("drafted_by", sa.String(length=40), nullable=False),
        sa.Column("drafted_person", sa.String(length=40), nullable=False),
        sa.Column("confirmed_by", sa.String(length=40), nullable=False),
        sa.Column("confirmed_person", sa.String(length=40), nullable=False),
        sa.Column("at", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_calendar_version")),
    )
    op.create_table(
        "calendar_change",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("before", engine.foundation.store.types.Json(), nullable=True),
        sa.Column("after", engine.foundation.store.types.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"], ["calendar_version.version"], name=op.f("fk_calendar_change_version_calendar_version")
        ),
        sa.PrimaryKeyConstraint("version", "day", name=op.f("pk_calendar_change")),
    )
    op.create_table(
        "calendar_preview",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("clock_id", sa.String(length=120), nullable=False),
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("before", sa.Date(), nullable=False),
        sa.Column("after", sa.Date(), nullable=False),
        sa.Column("before_at", engine.foundation.store.types.Instant(length=27), nullable=True),
        sa.Column("after_at", engine.foundation.store.types.Instant(length=27), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["clock_id"], ["clock.id"], name=op.f("fk_calendar_preview_clock_id_clock")),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["calendar_draft.id"], name=op.f("fk_calendar_preview_draft_id_calendar_draft")
        ),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_calendar_preview_root_id_root")),
        sa.PrimaryKeyConstraint("draft_id", "clock_id", name=op.f("pk_calendar_preview")),
    )
    with op.batch_alter_table("calendar_preview", schema=None) as batch_op:
        batch_op.create_index("ix_calendar_preview_draft_id_days", ["draft_id", "days"], unique=False)

    with op.batch_alter_table("calendar_day", schema=None) as batch_op:
        batch_op.add_column(sa.Column("beneath", engine.foundation.store.types.Json(), nullable=True))

    with op.batch_alter_table("clock", schema=None) as batch_op:
        batch_op.add_column(sa.Column("calendar_version", sa.Integer(), server_default="1", nullable=False))
        batch_op.create_index(
            "ix_clock_calendar_version",
            ["calendar_version"],
            unique=False,
            sqlite_where=sa.text("state IN ('running', 'paused')"),
            postgresql_where=sa.text("state IN ('running', 'paused')"),
        )
