"""pauses, hours and overdue notices of clocks"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.foundation.store.types import Instant, Json

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply: a clock keeps its terms, because what was armed is armed anew after a pause."""
    with op.batch_alter_table("clock", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rule", sa.String(length=8), nullable=False, server_default="(P,R]"))
        batch_op.add_column(sa.Column("reminder_days", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("overdue", Json(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("due_at", Instant(length=27), nullable=True))
        batch_op.add_column(sa.Column("stopped_at", Instant(length=27), nullable=True))
        batch_op.add_column(sa.Column("lapsed", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("excused", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("acts", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE clock SET reminder_days = 1 WHERE kind = 'commitment'")
    _procedures()


def _procedures() -> None:
    op.create_table(
        "special_procedure",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("expected_days", sa.Integer(), nullable=False),
        sa.Column("told_anew", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("more_days", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", Instant(length=27), nullable=False),
        sa.Column("approved_by", sa.String(length=40), nullable=True),
        sa.Column("approved_at", Instant(length=27), nullable=True),
        sa.Column("document_id", sa.String(length=26), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("expected_end", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("conclusion", sa.Text(), nullable=True),
        sa.Column("hearing", Json(), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_special_procedure_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "number", name=op.f("pk_special_procedure")),
    )
    op.create_table(
        "extension",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", Instant(length=27), nullable=False),
        sa.Column("approved_by", sa.String(length=40), nullable=True),
        sa.Column("document_id", sa.String(length=26), nullable=True),
        sa.Column("document_no", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_extension_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "number", name=op.f("pk_extension")),
    )
