"""What was found when closed cases were held against drawings: derived from their journals, made anew when they change.

Nothing in here is a record: all of it can be forgotten, and is found again by holding every case once more.
"""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

held_head = sa.Table(
    "held_head",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("published", sa.String(64), nullable=False),
)
"""One row: every closed case whose journal was sealed before this position of the log is held as it is now, and held
against the releases with the digest ``published``; and the lock of whoever keeps what was found.

``round`` is how often all was begun anew."""

held_case = sa.Table(
    "held_case",
    METADATA,
    root_column(primary_key=True),
    sa.Column("case_no", sa.String(43), nullable=False),
    sa.Column("item_code", sa.String(40), nullable=False),
    sa.Column("department", sa.String(40), nullable=False),
    sa.Column("closed_at", Instant, nullable=False),
    sa.Column("head", sa.String(64), nullable=False),
    sa.Column("release_id", sa.String(64)),
    sa.Column("own", sa.Integer),
    sa.Column("published", sa.Integer),
    sa.Column("why", sa.Text),
    sa.Column("held_at", Instant, nullable=False),
    sa.Index("ix_held_case_closed", "closed_at", "case_no"),
    sa.Index("ix_held_case_release", "item_code", "release_id", "department"),
)
"""A closed case as it was held: with the ``head`` of its journal, and against the release ``release_id`` that was
published then.  ``own`` and ``published`` count the faults, NULL where it cannot be held; ``why`` says why not."""

held_deviation = sa.Table(
    "held_deviation",
    METADATA,
    root_column(primary_key=True),
    sa.Column("against", sa.String(10), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("process", sa.String(60), nullable=False),
    sa.Column("element", sa.String(120), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("sentence", sa.Text, nullable=False),
    sa.Index("ix_held_deviation_kind", "against", "kind"),
)
"""Each deviation in the order in which it is told; ``against`` is own or published."""
