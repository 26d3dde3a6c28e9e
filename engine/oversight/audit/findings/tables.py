"""What auditors noted on cases."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

audit_finding = sa.Table(
    "audit_finding",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    root_column(),
    sa.Column("seq", sa.Integer),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("severity", sa.String(8), nullable=False),
    sa.Column("basis", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Index("ix_audit_finding_account", "account", "state", "id"),
    sa.Index("ix_audit_finding_root", "root_id", "account"),
)
"""``root_id`` is the case, ``seq`` the line of its journal that is meant (empty: the case as a whole).  ``kind`` is
note or finding; ``severity`` is empty for a note; ``basis`` the clause or rule it concerns.  ``state`` is open, settled
or withdrawn, ``reason`` why it is no longer open.  ``revision`` counts the changes: who edits says which was read."""
