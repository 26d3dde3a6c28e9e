"""The narrow row of a case by which lists are filtered and sorted."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

_DUE = "due_on IS NOT NULL"
_COUNTED = "standing <> ''"
_PAUSED = "standing = 'paused'"

case_listing = sa.Table(
    "case_listing",
    METADATA,
    root_column(primary_key=True),
    sa.Column("department", sa.String(40), nullable=False),
    sa.Column("status", sa.String(24), nullable=False),
    sa.Column("item_code", sa.String(40), nullable=False),
    sa.Column("case_type", sa.String(20), nullable=False),
    sa.Column("channel", sa.String(4), nullable=False),
    sa.Column("first_responder", sa.String(40), nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("due_on", sa.Date),
    sa.Column("standing", sa.String(8), nullable=False, server_default=""),
    sa.Index("ix_case_listing_received", "received_at", "root_id"),
    sa.Index("ix_case_listing_department", "department", "received_at", "root_id"),
    sa.Index("ix_case_listing_status", "status", "received_at", "root_id"),
    sa.Index("ix_case_listing_item_code", "item_code", "received_at", "root_id"),
    sa.Index("ix_case_listing_case_type", "case_type", "received_at", "root_id"),
    sa.Index("ix_case_listing_channel", "channel", "received_at", "root_id"),
    sa.Index("ix_case_listing_first_responder", "first_responder", "received_at", "root_id"),
    sa.Index("ix_case_listing_department_status", "department", "status", "received_at", "root_id"),
    sa.Index("ix_case_listing_due", "due_on", "root_id",
             sqlite_where=sa.text(_DUE), postgresql_where=sa.text(_DUE)),
    sa.Index("ix_case_listing_department_due", "department", "due_on", "root_id",
             sqlite_where=sa.text(_DUE), postgresql_where=sa.text(_DUE)),
    sa.Index("ix_case_listing_lights", "department", "item_code", "standing", "due_on",
             sqlite_where=sa.text(_COUNTED), postgresql_where=sa.text(_COUNTED)),
    sa.Index("ix_case_listing_paused", "received_at", "root_id",
             sqlite_where=sa.text(_PAUSED), postgresql_where=sa.text(_PAUSED)),
)  # fmt: skip
"""``due_on`` is the due date of the running commitment clock, before acceptance of the notice clock; else empty.
``standing`` says of the same clock that it is running, excused (running, with an approval for which lateness is not
held against it) or paused; empty when there is none in count."""
