"""The rules of the centre's ladder, drafts of the next, and what was told of which clock."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json, root_column

ladder_rule = sa.Table(
    "ladder_rule",
    METADATA,
    sa.Column("clock_kind", sa.String(30), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("rule_no", sa.String(30), primary_key=True),
    sa.Column("level", sa.String(10), nullable=False),
    sa.Column("when_kind", sa.String(10), nullable=False),
    sa.Column("when_n", sa.Integer, nullable=False),
    sa.Column("when_unit", sa.String(10), nullable=False),
    sa.Column("who", Json, nullable=False),
    sa.Column("actions", Json, nullable=False),
    sa.Column("card_party", sa.String(40)),
    sa.Column("source", sa.String(120), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("since", Instant),
)
"""Append-only but for ``state`` (in_force or retired): a change gives the kind a new version, for a card names the
version it was given under.  ``when_unit`` is wd, percent or empty; ``since`` is when the rule came in force (null: from
the beginning), and what was due before is not touched by it."""

ladder_draft = sa.Table(
    "ladder_draft",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("clock_kind", sa.String(30), nullable=False),
    sa.Column("rules", Json, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("base_version", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("drafted_by", sa.String(40), nullable=False),
    sa.Column("drafted_person", sa.String(40), nullable=False),
    sa.Column("drafted_name", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("decided_by", sa.String(40)),
    sa.Column("decided_at", Instant),
    sa.Column("version", sa.Integer),
    sa.Column("cursor", sa.String(120), nullable=False),
)
"""``state`` is drafted, confirmed (in force; the worker looks at the live clocks of the kind, by id, of which
``cursor`` is the last one), settled (all have been looked at), or dropped."""

ladder_told = sa.Table(
    "ladder_told",
    METADATA,
    root_column(),
    sa.Column("clock_id", sa.String(120), sa.ForeignKey("clock.id"), primary_key=True),
    sa.Column("rule_no", sa.String(30), primary_key=True),
    sa.Column("level", sa.String(10), primary_key=True),
    sa.Column("due_on", sa.Date, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("told", Json, nullable=False),
)
"""A rule is carried out once for a due date of a clock.  ``told`` is who was told then (accounts, or role@place): the
same are not told the same within 24 hours, even if the date has moved."""
