"""Runs of re-executions over many cases, and what was found of cases."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

reexecution_run = sa.Table(
    "reexecution_run",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("item_code", sa.String(40), nullable=False),
    sa.Column("department", sa.String(40), nullable=False),
    sa.Column("since", Instant),
    sa.Column("until", Instant),
    sa.Column("changed_since", Instant),
    sa.Column("nightly", sa.Boolean, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("asked_by", sa.String(40), nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("host", sa.String(120), nullable=False),
    sa.Column("beat_at", Instant),
    sa.Column("cursor", sa.String(60), nullable=False),
    sa.Column("total", sa.Integer),
    sa.Column("identical", sa.Integer, nullable=False),
    sa.Column("differing", sa.Integer, nullable=False),
    sa.Column("unknown", sa.Integer, nullable=False),
    sa.Column("lines", sa.BigInteger, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Index("ix_reexecution_run_state", "state", "id"),
)
"""Which cases: each bound that is given must hold; ``since`` and ``until`` are of their being received,
``changed_since`` of the last line of their journal.  ``nightly`` ones the house asked for itself.

``state`` is queued, running, ended or stopped.  ``cursor`` is the number of the last case that was done, ``total`` how
many there were when it began; ``beat_at`` is the machine's time at which ``host`` last said that it works on it."""

reexecution_finding = sa.Table(
    "reexecution_finding",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run_id", sa.Integer, sa.ForeignKey("reexecution_run.id")),
    root_column(),
    sa.Column("case_no", sa.String(60), nullable=False),
    sa.Column("outcome", sa.String(10), nullable=False),
    sa.Column("lines", sa.Integer, nullable=False),
    sa.Column("seq", sa.Integer),
    sa.Column("ground", sa.String(12), nullable=False),
    sa.Column("sentence", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Index("ix_reexecution_finding_run_id", "run_id", "id"),
    sa.Index("ix_reexecution_finding_root_id", "root_id", "id"),
)
"""What was found of a case.  Of a run only the cases that are not identical, the others are counted in its row; of a
case that was asked for by itself (no run) whatever was found.  ``lines`` of it are identical, ``seq`` is the line that
is not."""
