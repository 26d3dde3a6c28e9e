"""the cases of one application are found by an index"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_case_file_application_id", "case_file", ["application_id"])
