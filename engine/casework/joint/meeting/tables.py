"""Meetings, the departments that are invited, and what the minutes say."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json, root_column

joint_meeting = sa.Table(
    "joint_meeting",
    METADATA,
    root_column(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("lasts", sa.Integer, nullable=False),
    sa.Column("place", sa.String(200), nullable=False),
    sa.Column("agenda", Json, nullable=False),
    sa.Column("called_by", sa.String(40), nullable=False),
    sa.Column("called_at", Instant, nullable=False),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("changed_by", sa.String(40)),
    sa.Column("changed_at", Instant),
)
"""``state`` is called, cancelled or held (minutes were issued); ``lasts`` minutes; ``reason`` says why it was moved
last, or cancelled."""

joint_meeting_party = sa.Table(
    "joint_meeting_party",
    METADATA,
    root_column(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("department", sa.String(40), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("lead", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("answer", sa.String(10)),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    sa.Column("attendee", sa.String(40)),
    sa.Column("answered_by", sa.String(40)),
    sa.Column("answered_at", Instant),
)
"""``answer`` is attend, absent or nothing yet; the lead is a party that need not answer."""

joint_minutes = sa.Table(
    "joint_minutes",
    METADATA,
    root_column(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("host", sa.String(60), nullable=False),
    sa.Column("attendance", Json, nullable=False),
    sa.Column("discussion", Json, nullable=False),
    sa.Column("points", Json, nullable=False),
    sa.Column("document_id", sa.String(40), nullable=False),
    sa.Column("document_number", sa.String(80), nullable=False),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""Written once; ``attendance`` are rows of department, account, person (name), attendance and note; ``discussion`` rows
of agenda and said."""
