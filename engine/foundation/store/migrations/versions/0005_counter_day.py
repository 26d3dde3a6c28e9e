"""applications of several items, consultations, messages"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.foundation.store.types import Instant, Json

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Apply."""
    _receipt()


def _receipt() -> None:
    op.create_table(
        "case_origin",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("window", sa.String(length=20), nullable=True),
        sa.Column("remote_mode", sa.String(length=12), nullable=False),
        sa.Column("mail_no", sa.String(length=40), nullable=True),
        sa.Column("mail_witness", sa.String(length=40), nullable=True),
        sa.Column("mail_listed", sa.Integer(), nullable=True),
        sa.Column("mail_found", sa.Integer(), nullable=True),
        sa.Column("offline_register_no", sa.String(length=40), nullable=True),
        sa.Column("offline_reason", sa.Text(), nullable=True),
        sa.Column("offline_state", sa.String(length=12), nullable=True),
        sa.Column("recorded_by_person", sa.String(length=40), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", Instant(length=27), nullable=True),
        sa.Column("decided_note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_case_origin_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_case_origin")),
    )
    op.create_index("ix_case_origin_offline_state", "case_origin", ["offline_state"], unique=False)
    op.create_table(
        "case_agent",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("id_sealed", sa.Text(), nullable=False),
        sa.Column("id_index", sa.String(length=64), nullable=False),
        sa.Column("phone_sealed", sa.Text(), nullable=False),
        sa.Column("letter", Json(), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_case_agent_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_case_agent")),
    )
    op.create_index("ix_case_agent_id_index", "case_agent", ["id_index"], unique=False)
    op.create_table(
        "hall_visit",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Instant(length=27), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_hall_visit_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "number", name=op.f("pk_hall_visit")),
    )
    op.create_table(
        "reused_file",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("source_root", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_reused_file_root_id_root")),
        sa.ForeignKeyConstraint(["source_root"], ["root.id"], name=op.f("fk_reused_file_source_root_root")),
        sa.PrimaryKeyConstraint("root_id", "no", "digest", name=op.f("pk_reused_file")),
    )
    op.create_table(
        "window_seat",
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("window", sa.String(length=20), nullable=False),
        sa.Column("since", Instant(length=27), nullable=False),
        sa.ForeignKeyConstraint(["window"], ["service_window.id"], name=op.f("fk_window_seat_window_service_window")),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_window_seat")),
    )
