"""meetings of joint reviews with their minutes; joint site visits with what each department found"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.foundation.store.types import Instant, Json

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Apply."""
    _meetings()
    _visits()


def _meetings() -> None:
    op.create_table(
        "joint_meeting",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("lasts", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("agenda", Json(), nullable=False),
        sa.Column("called_by", sa.String(length=40), nullable=False),
        sa.Column("called_at", Instant(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("changed_by", sa.String(length=40), nullable=True),
        sa.Column("changed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_joint_meeting_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "number", name=op.f("pk_joint_meeting")),
    )
    op.create_table(
        "joint_meeting_party",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("lead", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("attendee", sa.String(length=40), nullable=True),
        sa.Column("answered_by", sa.String(length=40), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_joint_meeting_party_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "number", "department", name=op.f("pk_joint_meeting_party")),
    )
    op.create_table(
        "joint_minutes",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("host", sa.String(length=60), nullable=False),
        sa.Column("attendance", Json(), nullable=False),
        sa.Column("discussion", Json(), nullable=False),
        sa.Column("points", Json(), nullable=False),
        sa.Column("document_id", sa.String(length=40), nullable=False),
        sa.Column("document_number", sa.String(length=80), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_joint_minutes_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "number", "version", name=op.f("pk_joint_minutes")),
    )


def _visits() -> None:
    op.create_table(
        "joint_visit",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("visit_on", sa.Date(), nullable=False),
        sa.Column("time", sa.String(length=5), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("prepare", sa.Text(), nullable=False, server_default=""),
        sa.Column("contact", sa.String(length=60), nullable=False),
        sa.Column("contact_phone", sa.String(length=40), nullable=False),
        sa.Column("document_id", sa.String(length=40), nullable=False),
        sa.Column("document_number", sa.String(length=80), nullable=False),
        sa.Column("planned_by", sa.String(length=40), nullable=False),
        sa.Column("planned_at", Instant(), nullable=False),
        sa.Column("moved_reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("moved_by", sa.String(length=40), nullable=True),
        sa.Column("moved_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_joint_visit_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "number", name=op.f("pk_joint_visit")),
    )
    op.create_table(
        "joint_visit_branch",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("branch", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("looks_at", sa.String(length=200), nullable=False),
        sa.Column("visitors", Json(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=True),
        sa.Column("conclusion", sa.String(length=10), nullable=True),
        sa.Column("improvement", sa.Text(), nullable=False, server_default=""),
        sa.Column("again", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("files", Json(), nullable=False, server_default="[]"),
        sa.Column("account", sa.String(length=40), nullable=True),
        sa.Column("at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_joint_visit_branch_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "number", "branch", name=op.f("pk_joint_visit_branch")),
    )
