"""Policy rows: what holds, every version of it, and drafts of the next."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant

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

policy_version = sa.Table(
    "policy_version",
    METADATA,
    sa.Column("key", sa.String(60), sa.ForeignKey("policy.key"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("value", sa.Integer, nullable=False),
    sa.Column("source", sa.String(200), nullable=False),
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("drafted_by", sa.String(40), nullable=False),
    sa.Column("drafted_person", sa.String(40), nullable=False),
    sa.Column("confirmed_by", sa.String(40), nullable=False),
    sa.Column("confirmed_person", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("effective_at", Instant, nullable=False),
    sa.Column("taken", sa.Boolean, nullable=False),
)
"""Append-only but for ``taken``: whether the row of the policy has taken the figure, once ``effective_at`` has come.
Version 1 is what the house had before anybody changed it.  Of the versions that are effective the highest one holds."""

policy_draft = sa.Table(
    "policy_draft",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("key", sa.String(60), sa.ForeignKey("policy.key"), nullable=False),
    sa.Column("value", sa.Integer, nullable=False),
    sa.Column("source", sa.String(200), nullable=False),
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("effective_on", sa.Date),
    sa.Column("base_version", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("drafted_by", sa.String(40), nullable=False),
    sa.Column("drafted_person", sa.String(40), nullable=False),
    sa.Column("drafted_name", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("decided_by", sa.String(40)),
    sa.Column("decided_at", Instant),
    sa.Column("version", sa.Integer),
)
"""``state`` is open, confirmed or dropped; ``effective_on`` the day from whose 00:00 (Asia/Shanghai) it is to hold,
null for at once; ``version`` what it became."""
