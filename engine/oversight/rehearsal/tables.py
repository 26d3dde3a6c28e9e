"""Kept scripts, what each showed with which files, and rehearsals that were asked for with what they showed."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json

rehearsal_test = sa.Table(
    "rehearsal_test",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("item_code", sa.String(40), nullable=False),
    sa.Column("script", sa.Text, nullable=False),
    sa.Column("kept_by", sa.String(40), nullable=False),
    sa.Column("kept_at", Instant, nullable=False),
    sa.Column("dropped_by", sa.String(40)),
    sa.Column("dropped_at", Instant),
    sa.Column("dropped_reason", sa.Text, nullable=False, server_default=""),
)
"""A script that must pass at every later release until it is dropped, with a reason."""

rehearsal_verdict = sa.Table(
    "rehearsal_verdict",
    METADATA,
    sa.Column("test_id", sa.Integer, sa.ForeignKey("rehearsal_test.id"), primary_key=True, autoincrement=False),
    sa.Column("files_digest", sa.String(64), primary_key=True),
    sa.Column("outcome", sa.String(8), nullable=False),
    sa.Column("told", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""What a kept script showed the last time that its case went by exactly the files with this digest: kept for as long
as the script, for a release may go back to them.  ``told`` is the first step that differs, empty where it passed."""

rehearsal_run = sa.Table(
    "rehearsal_run",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("draft_id", sa.String(40), nullable=False),
    sa.Column("undo", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("as_of", Instant),
    sa.Column("test_id", sa.Integer, sa.ForeignKey("rehearsal_test.id")),
    sa.Column("script", sa.Text, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("asked_by", sa.String(40), nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("host", sa.String(120), nullable=False, server_default=""),
    sa.Column("beat_at", Instant),
    sa.Column("step", sa.Integer, nullable=False, server_default="0"),
    sa.Column("steps", sa.Integer, nullable=False, server_default="0"),
    sa.Column("doing", sa.Text, nullable=False, server_default=""),
    sa.Column("outcome", sa.String(8), nullable=False, server_default=""),
    sa.Column("files_digest", sa.String(64), nullable=False, server_default=""),
    sa.Column("report", Json),
    sa.Column("ended_at", Instant),
    sa.Index("ix_rehearsal_run_state", "state", "id"),
    sa.Index("ix_rehearsal_run_test", "test_id", "files_digest"),
    sa.Index("ix_rehearsal_run_draft", "draft_id", "id"),
)
"""``draft_id`` is empty for a rehearsal of what is in force; with ``undo`` it is of what stood before the draft.
``as_of`` is the instant (UTC) at which the other files are in force, empty for now.

``state`` is queued, running, or ended.  ``beat_at`` is
the machine's time (no house's clock decides whether somebody still works on it); ``files_digest`` names the files by
which the rehearsed case went, ``outcome`` is one of report.OUTCOMES."""
