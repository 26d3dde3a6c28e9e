"""Clocks, their ledgers, the deadline rows that the sweeper delivers, and the calendar."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json, root_column

clock = sa.Table(
    "clock",
    METADATA,
    sa.Column("id", sa.String(120), primary_key=True),
    root_column(),
    sa.Column("kind", sa.String(30), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("boundary", sa.String(40)),
    sa.Column("due_on", sa.Date),
    sa.Column("provisional", sa.Boolean, nullable=False),
    sa.Column("stopped_on", sa.Date),
    sa.Column("rule", sa.String(8), nullable=False, server_default="(P,R]"),
    sa.Column("reminder_days", sa.Integer, nullable=False, server_default="0"),
    sa.Column("overdue", Json, nullable=False, server_default="[]"),
    sa.Column("due_at", Instant),
    sa.Column("stopped_at", Instant),
    sa.Column("lapsed", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("excused", sa.String(120)),
    sa.Column("acts", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("calendar_version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("unit", sa.String(5), nullable=False, server_default="wd"),
    sa.Column("stage", sa.String(80)),
    sa.Column("named", sa.String(40)),
    sa.Column("office", Json),
    sa.UniqueConstraint("root_id", "kind", "number"),
    sa.Index("ix_clock_due_on", "due_on",
             sqlite_where=sa.text("state = 'running'"), postgresql_where=sa.text("state = 'running'")),
    sa.Index("ix_clock_calendar_version", "calendar_version",
             sqlite_where=sa.text("state IN ('running', 'paused')"),
             postgresql_where=sa.text("state IN ('running', 'paused')")),
)  # fmt: skip
"""``due_on`` caches the fold of the ledger; ``state`` is running, paused, stopped or fired.  ``rule`` is the pinned
counting policy, ``overdue`` whom the clock's room tells when it is overdue ([role, place]), ``lapsed`` that it was told
to be overdue; ``reminder_days`` is of older houses, whose clocks said themselves what their ladder says now.
``stage`` is the stage of a run whose limit it is (run:process:key), ``named`` what people call it where the kind does
not say enough; ``unit`` is that of its start (wd working days, cd calendar days, month, wh working hours).
``office`` are the business hours of a clock of working hours, ``due_at`` and ``stopped_at`` its instants; ``excused``
names the approval for which lateness is not held against the department (approved_extension); ``acts``: the house
itself acts when it is due; ``calendar_version`` is the calendar by which the date was last reckoned."""

clock_entry = sa.Table(
    "clock_entry",
    METADATA,
    root_column(),
    sa.Column("clock_id", sa.String(120), sa.ForeignKey("clock.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("on", sa.Date, nullable=False),
    sa.Column("body", Json, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("account", sa.String(40), nullable=False),
)
"""The ledger: typed entries whose fold is the due date."""

deadline = sa.Table(
    "deadline",
    METADATA,
    sa.Column("id", sa.String(140), primary_key=True),
    root_column(),
    sa.Column("clock_id", sa.String(120), sa.ForeignKey("clock.id"), nullable=False),
    sa.Column("effect", sa.String(20), nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("wake_at", Instant, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("last_error", sa.Text),
    sa.Column("fired_at", Instant),
    sa.Index("ix_deadline_wake_at", "wake_at",
             sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")),
    sa.Index("ix_deadline_clock_id", "clock_id"),
)  # fmt: skip
"""What happens when: ``effect`` is boundary (deliver the clock boundary), ladder (the next rung of its ladder), due
(the house acts), or overdue (its room is told); ``due_at`` is the legal instant and never moves because of a failed
try, ``wake_at`` is when the sweeper looks again."""

calendar_day = sa.Table(
    "calendar_day",
    METADATA,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("is_workday", sa.Boolean, nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("name", sa.String(40), nullable=False),
    sa.Column("source", sa.String(120), nullable=False),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("beneath", Json),
)
"""The days as they are in force; ``beneath`` is the national row of a day that the centre has closed (kind local)."""
