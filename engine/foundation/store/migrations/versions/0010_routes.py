"""report-up, joint opinions, review of rejections"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.foundation.store.types

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "report_up",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("to_authority", sa.String(length=100), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("signed_by", sa.String(length=60), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("document_id", sa.String(length=26), nullable=False),
        sa.Column("reported_by", sa.String(length=40), nullable=False),
        sa.Column("reply_number", sa.String(length=100), nullable=True),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("reply_received_on", sa.Date(), nullable=True),
        sa.Column("decision", sa.String(length=12), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("relayed_at", engine.foundation.store.types.Instant(length=27), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_report_up_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_report_up")),
    )
    op.create_table(
        "joint_branch",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("veto", sa.String(length=20), nullable=False),
        sa.Column("conclusion", sa.String(length=20), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=True),
        sa.Column("representative", sa.String(length=60), nullable=True),
        sa.Column("account", sa.String(length=40), nullable=True),
        sa.Column("at", engine.foundation.store.types.Instant(length=27), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_joint_branch_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "key", name=op.f("pk_joint_branch")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("item", sa.String(length=120), nullable=True))
