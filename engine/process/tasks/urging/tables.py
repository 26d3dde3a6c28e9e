"""Urgings of tasks."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

task_urge = sa.Table(
    "task_urge",
    METADATA,
    root_column(),
    sa.Column("task_id", sa.String(60), sa.ForeignKey("task.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("person", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("holder", sa.String(40)),
    sa.Column("role", sa.String(30), nullable=False),
    sa.Column("department", sa.String(40), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("told", sa.Boolean, nullable=False),
    sa.Index("ix_task_urge_root_id", "root_id", "at"),
)
"""Who urged whom: the ``holder``, or with none everybody of ``role`` in ``department``.  Not ``told``: kept on the file
alone, for the same person had them told that day already."""
