"""running cases and open runs are found by the release they have pinned"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    """Apply."""
    op.create_index(
        "ix_case_file_running", "case_file", ["item_code", "release_id"],
        sqlite_where=sa.text("outcome IS NULL"), postgresql_where=sa.text("outcome IS NULL"),
    )  # fmt: skip
    op.create_index(
        "ix_process_instance_open", "process_instance", ["release_id"],
        sqlite_where=sa.text("completed = 0"), postgresql_where=sa.text("NOT completed"),
    )  # fmt: skip
