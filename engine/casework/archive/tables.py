"""What was filed, for how long, under which number."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json, root_column

archive_file = sa.Table(
    "archive_file",
    METADATA,
    root_column(primary_key=True),
    sa.Column("pages", Json),
    sa.Column("collated_by", sa.String(40)),
    sa.Column("collated_at", Instant),
    sa.Column("retention", sa.String(12)),
    sa.Column("archive_no", sa.String(80)),
    sa.Column("conclusion", sa.Text),
    sa.Column("archived_by", sa.String(40)),
    sa.Column("archived_at", Instant),
    sa.Column("outcome", sa.String(12)),
    sa.Column("decided_at", Instant),
)
"""``outcome`` is closed, rejected, lapsed, withdrawn, terminated or misfiled: every end writes its archive decision."""
