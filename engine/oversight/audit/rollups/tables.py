"""Sums over ended cases, and what each case adds to them."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json, root_column

rollup_head = sa.Table(
    "rollup_head",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("making", sa.Boolean, nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""One row: as far as this position of the sealed log everything is counted, and the lock of whoever counts.

``round`` is how often all was counted from nothing; ``making`` says that this is still going on."""

rollup_case = sa.Table(
    "rollup_case",
    METADATA,
    root_column(primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("item", sa.String(40), nullable=False),
    sa.Column("month", sa.String(7), nullable=False),
    sa.Column("department", sa.String(40), nullable=False),
    sa.Column("way", sa.String(64), nullable=False),
    sa.Column("share", sa.LargeBinary, nullable=False),
    sa.Index("ix_rollup_case_way", "way", "item", "month"),
)
"""What an ended case adds, counted when its chain had ``seq`` lines.  One that cannot be read has an empty way and
share, and adds nothing."""

rollup_way = sa.Table(
    "rollup_way",
    METADATA,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("tasks", Json, nullable=False),
)
"""The names of the user tasks of a way, in order; kept once."""


def _whose() -> tuple[sa.Column[str], ...]:
    """Return item, month and department (key), by which every sum is kept."""
    return (
        sa.Column("item", sa.String(40), primary_key=True),
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("department", sa.String(40), primary_key=True),
    )


# Without a row's own number SQLite keeps the rows in the order of their keys: a year is read in one stretch.


def _sums() -> tuple[sa.Column[int], ...]:
    return (sa.Column("count", sa.BigInteger, nullable=False), sa.Column("spent", sa.BigInteger, nullable=False))


rollup_element = sa.Table(
    "rollup_element",
    METADATA,
    *_whose(),
    sa.Column("release", sa.String(64), primary_key=True),
    sa.Column("process", sa.String(60), primary_key=True),
    sa.Column("element", sa.String(80), primary_key=True),
    sa.Column("bucket", sa.Integer, primary_key=True),
    *_sums(),
    sa.Column("kind", sa.String(30), nullable=False),
    sa.Column("name", sa.String(120), nullable=False),
    sqlite_with_rowid=False,
)
"""How often an element was completed, by how long it was open; ``spent`` is in microseconds, all together."""

rollup_handover = sa.Table(
    "rollup_handover",
    METADATA,
    *_whose(),
    sa.Column("giver", sa.String(40), primary_key=True),
    sa.Column("taker", sa.String(40), primary_key=True),
    sa.Column("bucket", sa.Integer, primary_key=True),
    *_sums(),
    sqlite_with_rowid=False,
)
"""How often a case went from one department to another, by how long the next task of the latter was open."""

rollup_variant = sa.Table(
    "rollup_variant",
    METADATA,
    *_whose(),
    sa.Column("way", sa.String(64), primary_key=True),
    sa.Column("bucket", sa.Integer, primary_key=True),
    *_sums(),
    sqlite_with_rowid=False,
)
"""How many cases went a way, by how long they took from being received to being closed."""

rollup_deviation = sa.Table(
    "rollup_deviation",
    METADATA,
    *_whose(),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("release", sa.String(64), primary_key=True),
    sa.Column("process", sa.String(60), primary_key=True),
    sa.Column("element", sa.String(80), primary_key=True),
    *_sums(),
    sqlite_with_rowid=False,
)
"""How often cases were not as drawn in their own release; ``spent`` is in how many cases."""

SUMS = {"element": rollup_element, "handover": rollup_handover, "variant": rollup_variant,
        "deviation": rollup_deviation}  # fmt: skip
