"""Countersignings of tasks, and who was asked in each."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

countersigning = sa.Table(
    "countersigning",
    METADATA,
    root_column(),
    sa.Column("task_id", sa.String(60), sa.ForeignKey("task.id"), primary_key=True),
    sa.Column("round", sa.Integer, primary_key=True),
    sa.Column("mode", sa.String(10), nullable=False),
    sa.Column("percent", sa.Integer),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("sealed", sa.Text),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("asked_by", sa.String(40), nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("settled_at", Instant),
    sa.Column("ended_by", sa.String(40)),
    sa.Column("reason", sa.Text),
)
"""``state`` is pending, agreed, refused, called_off (by ``ended_by`` for a ``reason``) or lapsed (its task was taken
away).  ``sealed`` is the draft that the holder showed to the signers, as it was then."""

countersigner = sa.Table(
    "countersigner",
    METADATA,
    root_column(),
    sa.Column("task_id", sa.String(60), primary_key=True),
    sa.Column("round", sa.Integer, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("person", sa.String(40), nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("role", sa.String(30), nullable=False),
    sa.Column("department", sa.String(40), nullable=False),
    sa.Column("added_by", sa.String(40), nullable=False),
    sa.Column("added_at", Instant, nullable=False),
    sa.Column("removed_by", sa.String(40)),
    sa.Column("removed_at", Instant),
    sa.Column("waits", sa.Boolean, nullable=False),
    sa.Column("verdict", sa.String(10)),
    sa.Column("opinion", sa.Text),
    sa.Column("basis", sa.Text),
    sa.Column("conditions", sa.Text),
    sa.Column("signed_at", Instant),
    sa.ForeignKeyConstraint(["task_id", "round"], ["countersigning.task_id", "countersigning.round"]),
    sa.Index("ix_countersigner_waiting", "account", "added_at",
             sqlite_where=sa.text("waits"), postgresql_where=sa.text("waits")),
)  # fmt: skip
"""``number`` is the order in which they were asked; ``role`` and ``department`` the post for which they were, and that
must hold when they sign; ``waits`` that it is for them to sign now."""
