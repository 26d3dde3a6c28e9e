"""withdrawn, misfiled and reopened cases"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "case_link",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("other", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["other"], ["root.id"], name=op.f("fk_case_link_other_root")),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_case_link_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "kind", "other", name=op.f("pk_case_link")),
    )
