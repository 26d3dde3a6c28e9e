"""Drafts, their files in every version that was saved, comments, and who has which file open."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json, root_column

draft = sa.Table(
    "draft",
    METADATA,
    root_column(primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("title", sa.String(80), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("copied_from", sa.String(40), nullable=False, server_default=""),
    sa.Column("emergency", sa.Text, nullable=False, server_default=""),
    sa.Column("created_by", sa.String(40), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("submitted_by", sa.String(40)),
    sa.Column("submitted_person", sa.String(40)),
    sa.Column("submitted_at", Instant),
    sa.Column("decided_by", sa.String(40)),
    sa.Column("decided_at", Instant),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("effective_from", Instant),
    sa.Column("releases", Json, nullable=False, server_default="{}"),
    sa.Column("rolled_back_by", sa.String(40)),
    sa.Column("rolled_back_at", Instant),
    sa.UniqueConstraint("number"),
)
"""``state`` is editing, in_review, released or dropped; a released one waits until ``effective_from`` where that is to
come.  ``version`` counts every change of the draft; ``note`` is what was said when it was sent back or released;
``emergency`` why it cannot wait for its rehearsal (empty: it can); ``releases`` item code to release id."""

draft_file = sa.Table(
    "draft_file",
    METADATA,
    root_column(primary_key=True),
    sa.Column("kind", sa.String(10), primary_key=True),
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("base_digest", sa.String(64), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
)
"""The files of a draft as they are: ``base_digest`` is what was in force when the file was taken in, or merged with
(empty: nothing), ``version`` the newest row of draft_version."""

draft_version = sa.Table(
    "draft_version",
    METADATA,
    root_column(primary_key=True),
    sa.Column("kind", sa.String(10), primary_key=True),
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("saved_by", sa.String(40), nullable=False),
    sa.Column("saved_person", sa.String(40), nullable=False),
    sa.Column("saved_at", Instant, nullable=False),
)
"""Append-only: every saving of a file, whose hand it was and which person's; a file that was put out keeps its rows."""

draft_comment = sa.Table(
    "draft_comment",
    METADATA,
    root_column(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("element_id", sa.String(120), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("by", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("settled_by", sa.String(40)),
    sa.Column("settled_at", Instant),
)
"""Remarks on a draft, on one of its files (``kind``, ``name``), or on an element; what does not apply is empty."""

draft_presence = sa.Table(
    "draft_presence",
    METADATA,
    root_column(primary_key=True),
    sa.Column("kind", sa.String(10), primary_key=True),
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("account", sa.String(40), primary_key=True),
    sa.Column("since", Instant, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""Who has a file open: since when, and when the page said so last.  Nothing follows from it but a line on the page."""
