"""Heartbeats, and facts about the installation."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant

heartbeat = sa.Table(
    "heartbeat",
    METADATA,
    sa.Column("host", sa.String(120), primary_key=True),
    sa.Column("part", sa.String(20), primary_key=True),
    sa.Column("at", Instant, nullable=False),
)
"""``host`` is the host's name and the process; ``at`` (machine time) is when the part last made progress."""

machine = sa.Table(
    "machine",
    METADATA,
    sa.Column("boot", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("between", sa.BigInteger, nullable=False),
    sa.Column("skew", sa.BigInteger, nullable=False),
    sa.Column("held", sa.String(10)),
    sa.Column("off", sa.BigInteger, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("trusted", Instant),
)
"""The clock of each machine that delivers deadlines, a row for each time it was switched on (``boot``).

``between`` (microseconds) is how far its clock and the time since then are apart while it is trusted, ``skew`` how far
the database's clock is ahead of it; ``held`` why nothing is delivered, by ``off``; ``at`` (its own time) when it last
looked, ``trusted`` when it last found nothing wrong."""

installation = sa.Table(
    "installation",
    METADATA,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.String(200), nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""One row for each fact, ``at`` (machine time) when it was noted."""
