"""Random samples of cases."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json

audit_sample = sa.Table(
    "audit_sample",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("question", Json, nullable=False),
    sa.Column("departments", Json),
    sa.Column("shared", sa.Boolean, nullable=False),
    sa.Column("seed", sa.String(32), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("population", sa.Integer, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("drawn", Json, nullable=False),
    sa.Index("ix_audit_sample_account", "account", "id"),
)
"""``question`` is what narrowed the cases, as an address carries it; ``departments`` the scope of whoever drew, empty
for all of the centre's; ``shared`` that other auditors may see it; ``population`` and ``digest`` how many cases there
were then, and which; ``drawn`` the numbers of the sample in the order of their places."""
