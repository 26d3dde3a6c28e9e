"""deficiencies, commitments and corrections on the spot"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.foundation.store.types

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "deficiency",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("copies_required", sa.Integer(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("supply_by", sa.Date(), nullable=False),
        sa.Column("promised_at", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.Column("promised_by", sa.String(length=40), nullable=False),
        sa.Column("signature", engine.foundation.store.types.Json(), nullable=False),
        sa.Column("supplied_at", engine.foundation.store.types.Instant(length=27), nullable=True),
        sa.Column("supplied_by", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_deficiency_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "no", name=op.f("pk_deficiency")),
    )
    op.create_table(
        "on_site_fix",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fixes", engine.foundation.store.types.Json(), nullable=False),
        sa.Column("confirmation", sa.String(length=10), nullable=False),
        sa.Column("confirmed_by_sealed", sa.Text(), nullable=True),
        sa.Column("signature", engine.foundation.store.types.Json(), nullable=True),
        sa.Column("at", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_on_site_fix_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "number", name=op.f("pk_on_site_fix")),
    )
    op.create_table(
        "notice_commitment",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("waived", engine.foundation.store.types.Json(), nullable=False),
        sa.Column("signature", engine.foundation.store.types.Json(), nullable=False),
        sa.Column("signed_at", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.Column("taken_by", sa.String(length=40), nullable=False),
        sa.Column("check_due", sa.Date(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("checked_by", sa.String(length=40), nullable=True),
        sa.Column("check_result", sa.String(length=10), nullable=True),
        sa.Column("findings", sa.Text(), nullable=True),
        sa.Column("revoked_at", engine.foundation.store.types.Instant(length=27), nullable=True),
        sa.Column("revoked_by", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_notice_commitment_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_notice_commitment")),
    )
    op.create_table(
        "barred_applicant",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("id_index", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("root_id", sa.String(length=80), nullable=True),
        sa.Column("barred_at", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.Column("barred_by", sa.String(length=40), nullable=False),
        sa.Column("lifted_at", engine.foundation.store.types.Instant(length=27), nullable=True),
        sa.Column("lifted_by", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_barred_applicant")),
    )
    with op.batch_alter_table("barred_applicant", schema=None) as batch_op:
        batch_op.create_index("ix_barred_applicant_id_index", ["id_index"], unique=False)
    op.create_table(
        "correction_term",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("new_fact", sa.Text(), nullable=True),
        sa.Column("extended_at", engine.foundation.store.types.Instant(length=27), nullable=True),
        sa.Column("extended_by", sa.String(length=40), nullable=True),
        sa.Column("extended_days", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("lapsed_at", engine.foundation.store.types.Instant(length=27), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_correction_term_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "round", name=op.f("pk_correction_term")),
    )
