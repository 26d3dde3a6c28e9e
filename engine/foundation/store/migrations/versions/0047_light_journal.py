"""what a step writes beside its lines is made light: no index that no question needs, no second tree on SQLite

The journal's lines are asked for by chain, and by kind where the kind is of the few; never by time alone, and by
command only when all commands are checked, which reads all lines anyway.
"""

from __future__ import annotations

from alembic import op

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    """Apply."""
    op.drop_index("ix_journal_line_at", table_name="journal_line")
    op.drop_index("ix_journal_line_key", table_name="journal_line")
    if op.get_bind().dialect.name == "sqlite":
        for name in ("journal_private", "seal_queue"):
            # Always short rows, always found by their key: the key's tree holds the rows themselves.
            with op.batch_alter_table(name, recreate="always", table_kwargs={"sqlite_with_rowid": False}):
                pass
