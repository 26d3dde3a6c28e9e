"""joint site visits that were cancelled, with the notice about it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.foundation.store.types import Instant

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("joint_visit") as batch_op:
        batch_op.add_column(sa.Column("cancelled_reason", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("cancelled_by", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("cancelled_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("cancel_document_id", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("cancel_document_number", sa.String(length=80), nullable=True))
