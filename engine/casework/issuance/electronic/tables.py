"""Links to electronic results."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

e_delivery = sa.Table(
    "e_delivery",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    root_column(),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("code_index", sa.String(64), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("published_at", Instant, nullable=False),
    sa.Column("published_by", sa.String(40), nullable=False),
    sa.Column("wrong_tries", sa.Integer, nullable=False),
    sa.Column("locked_until", Instant),
    sa.Column("read_at", Instant),
    sa.Column("reader_index", sa.String(64)),
    sa.Column("document_id", sa.String(26)),
    sa.UniqueConstraint("root_id", "number"),
)
"""A one-time link: ``state`` is published, read or withdrawn.  Link and code are kept as digests only; of the reader's
address a keyed digest."""
