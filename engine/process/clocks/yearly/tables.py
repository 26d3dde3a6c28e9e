"""Versions of the calendar, what each changed, drafts of the next, and what a draft would do to the clocks."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json

calendar_version = sa.Table(
    "calendar_version",
    METADATA,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("year", sa.Integer),
    sa.Column("source", sa.String(120), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("of_version", sa.Integer),
    sa.Column("drafted_by", sa.String(40), nullable=False),
    sa.Column("drafted_person", sa.String(40), nullable=False),
    sa.Column("confirmed_by", sa.String(40), nullable=False),
    sa.Column("confirmed_person", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
)
"""Append-only.  ``kind`` is seed, notice, local or undo (then ``of_version`` is what was taken back); ``digest`` is
that of the text and the days changed, as the journal of the calendar says it, too."""

calendar_change = sa.Table(
    "calendar_change",
    METADATA,
    sa.Column("version", sa.Integer, sa.ForeignKey("calendar_version.version"), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("before", Json),
    sa.Column("after", Json, nullable=False),
)
"""Append-only: the row of a day before a version (null when there was none) and after it, so that it can be undone."""

calendar_draft = sa.Table(
    "calendar_draft",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("year", sa.Integer),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("source", sa.String(120), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("of_version", sa.Integer),
    sa.Column("rows", Json, nullable=False),
    sa.Column("base_version", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("cursor", sa.String(120), nullable=False),
    sa.Column("looked_at", sa.Integer, nullable=False),
    sa.Column("paused", sa.Integer, nullable=False),
    sa.Column("drafted_by", sa.String(40), nullable=False),
    sa.Column("drafted_person", sa.String(40), nullable=False),
    sa.Column("drafted_name", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("decided_by", sa.String(40)),
    sa.Column("decided_at", Instant),
    sa.Column("version", sa.Integer),
)
"""``state`` is previewing, ready, confirmed or dropped.  ``rows`` are the days as they would be, made from the calendar
``base_version``.  The preview goes through the clocks by id: ``cursor`` is the last one looked at,
``looked_at`` how many, ``paused`` how many of them stand still and have no date."""

calendar_preview = sa.Table(
    "calendar_preview",
    METADATA,
    sa.Column("draft_id", sa.Integer, sa.ForeignKey("calendar_draft.id"), primary_key=True),
    sa.Column("clock_id", sa.String(120), sa.ForeignKey("clock.id"), primary_key=True),
    sa.Column("root_id", sa.String(80), sa.ForeignKey("root.id"), nullable=False),
    sa.Column("kind", sa.String(30), nullable=False),
    sa.Column("before", sa.Date, nullable=False),
    sa.Column("after", sa.Date, nullable=False),
    sa.Column("before_at", Instant),
    sa.Column("after_at", Instant),
    sa.Column("days", sa.Integer, nullable=False),
    sa.Column("settled", sa.Boolean, nullable=False),
    sa.Index("ix_calendar_preview_draft_id_days", "draft_id", "days"),
)
"""The clocks that a draft touches: ``days`` is by how many calendar days the date moves (0: it stays), ``settled``
that the date is provisional now and would not be any more."""
