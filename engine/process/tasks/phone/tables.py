"""Links for telephones, and what came in by them."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

phone_link = sa.Table(
    "phone_link",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    root_column(),
    sa.Column("task_id", sa.String(60), sa.ForeignKey("task.id")),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("field", sa.String(160), nullable=False),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("about", sa.String(120), nullable=False),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("closed_at", Instant),
    sa.Index("ix_phone_link_task_id", "task_id"),
)
"""``root_id`` is whose journal tells of the link: the case's, or its person's own chain while there is no case yet.

``task_id`` is the task whose form has the field (empty for a form that is no task's); ``title`` and ``about`` say on
the telephone what the photograph is of: the material and the item, nothing personal.
"""

phone_file = sa.Table(
    "phone_file",
    METADATA,
    root_column(),
    sa.Column("link_id", sa.String(26), sa.ForeignKey("phone_link.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("upload_id", sa.String(26), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("file_name", sa.String(200), nullable=False),
    sa.Column("media_type", sa.String(100), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""``state`` is arrived, taken (the person at the desk has put it into the form) or removed (from the telephone).

``upload_id`` is the loose upload of the link's person; it is swept when no case takes it.
"""
