"""What checks of the house found, and when."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant

verification = sa.Table(
    "verification",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("began_at", Instant, nullable=False),
    sa.Column("ended_at", Instant, nullable=False),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("extent", sa.String(10), nullable=False),
    sa.Column("chains", sa.Integer, nullable=False),
    sa.Column("lines", sa.BigInteger, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("found", sa.Integer, nullable=False),
    sa.Column("first", sa.Text),
)
"""A row for each check of the whole house: ``account`` who had it made, ``extent`` ``chains`` (all of them, and the
log) or ``all`` (the invariants too), ``size`` the leaves of the log then, ``found`` how much did not hold, ``first``
the first of it."""
