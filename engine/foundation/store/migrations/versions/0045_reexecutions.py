"""runs of re-executions over many cases, and what was found of cases"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.foundation.store.types import Instant

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "reexecution_run",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("since", Instant()),
        sa.Column("until", Instant()),
        sa.Column("changed_since", Instant()),
        sa.Column("nightly", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("host", sa.String(length=120), nullable=False),
        sa.Column("beat_at", Instant()),
        sa.Column("cursor", sa.String(length=60), nullable=False),
        sa.Column("total", sa.Integer()),
        sa.Column("identical", sa.Integer(), nullable=False),
        sa.Column("differing", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", Instant()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reexecution_run")),
    )
    op.create_index("ix_reexecution_run_state", "reexecution_run", ["state", "id"])
    op.create_table(
        "reexecution_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer()),
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("case_no", sa.String(length=60), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer()),
        sa.Column("ground", sa.String(length=12), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["reexecution_run.id"], name=op.f("fk_reexecution_finding_run_id_reexecution_run")
        ),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_reexecution_finding_root_id_root")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reexecution_finding")),
    )
    op.create_index("ix_reexecution_finding_run_id", "reexecution_finding", ["run_id", "id"])
    op.create_index("ix_reexecution_finding_root_id", "reexecution_finding", ["root_id", "id"])
