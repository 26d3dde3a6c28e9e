"""How often each branch was chased, before that was kept with the urgings of its task."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json, root_column

joint_chase = sa.Table(
    "joint_chase",
    METADATA,
    root_column(primary_key=True),
    sa.Column("key", sa.String(40), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("told", Json, nullable=False),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""The chases of the time before a branch's chase was the urging of its task; nothing is written here any more.
``number`` counts the chases of a branch from 1; ``told`` are the accounts, or posts (role@place), that were told."""
