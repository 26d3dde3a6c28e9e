"""Departments and windows."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant

department = sa.Table(
    "department",
    METADATA,
    sa.Column("key", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("short_name", sa.String(40), nullable=False),
    sa.Column("uscc", sa.String(18), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
)
"""``kind`` is department, center or regulator (DB4105/T 229 foreword: 归口单位与起草单位)."""

window = sa.Table(
    "service_window",
    METADATA,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("category", sa.String(40), nullable=False),
    sa.Column("place", sa.String(120), nullable=False),
)
"""An integrated service window (3.2); at most six categories (5.1.1)."""

window_seat = sa.Table(
    "window_seat",
    METADATA,
    sa.Column("account", sa.String(40), primary_key=True),
    sa.Column("window", sa.String(20), sa.ForeignKey("service_window.id"), nullable=False),
    sa.Column("since", Instant, nullable=False),
)
"""At which window a clerk sits; any window receives any item (4.1.6 无差别受理), the journal says which one did."""
