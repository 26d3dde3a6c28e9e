"""Policy rows."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA

policy = sa.Table(
    "policy",
    METADATA,
    sa.Column("key", sa.String(60), primary_key=True),
    sa.Column("value", sa.Integer, nullable=False),
    sa.Column("unit", sa.String(4), nullable=False),
    sa.Column("title", sa.String(80), nullable=False),
    sa.Column("source", sa.String(200), nullable=False),
)
"""``unit``: wd working days, cd calendar days, wh working hours, min minutes of the day, mi minutes,
h hours, opt a choice, n times, ge a number of things, mb megabytes, wei places of a text, s seconds (the
demonstration clock only)."""
