"""what auditors note on cases, the samples they draw, and the indexes by which they look for cases"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.foundation.store.types import Instant, Json

revision = "0043"
down_revision = "0042"

FEW = (
    "type IN ('account.created', 'account.disabled', 'account.enabled', 'account.role_granted', "
    "'account.role_revoked', 'account.state_set', 'clock.excused', 'clock.extended', 'leave.registered', "
    "'leave.revoked', 'process.modified', 'task.sent_back', 'task.withdrawn')"
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.Integer()),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_audit_finding_root_id_root")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_finding")),
    )
    op.create_index("ix_audit_finding_account", "audit_finding", ["account", "state", "id"])
    op.create_index("ix_audit_finding_root", "audit_finding", ["root_id", "account"])
    op.create_table(
        "audit_sample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("question", Json(), nullable=False),
        sa.Column("departments", Json()),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("drawn", Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_sample")),
    )
    op.create_index("ix_audit_sample_account", "audit_sample", ["account", "id"])
    op.create_index(
        "ix_journal_line_few", "journal_line", ["type", "root_id", "seq"],
        sqlite_where=sa.text(FEW), postgresql_where=sa.text(FEW),
    )  # fmt: skip
    op.create_index("ix_case_file_accepted_on", "case_file", ["accepted_on"])
    op.create_index("ix_case_file_decided_at", "case_file", ["decided_at"])
