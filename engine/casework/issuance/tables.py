"""Results and deliveries."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json, root_column

result = sa.Table(
    "result",
    METADATA,
    root_column(primary_key=True),
    sa.Column("title", sa.String(120), nullable=False),
    sa.Column("result_no", sa.String(80), nullable=False),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_until", sa.Date),
    sa.Column("files", Json, nullable=False),
    sa.Column("made_by", sa.String(40), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("document_id", sa.String(26)),
)
"""The result document or licence; without ``valid_until`` it is valid for good.  A denial is a document of ours
(``document_id``) and has no file of the department."""

branch_result = sa.Table(
    "branch_result",
    METADATA,
    root_column(primary_key=True),
    sa.Column("part", sa.String(40), primary_key=True),
    sa.Column("department", sa.String(40), nullable=False),
    sa.Column("granted", sa.Boolean, nullable=False),
    sa.Column("title", sa.String(120), nullable=False),
    sa.Column("result_no", sa.String(80), nullable=False),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_until", sa.Date),
    sa.Column("files", Json, nullable=False),
    sa.Column("made_by", sa.String(40), nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("document_id", sa.String(26)),
)
"""What one department made out for its ``part`` (branch) of a joint case; the case's result gathers them."""

delivery = sa.Table(
    "delivery",
    METADATA,
    root_column(primary_key=True),
    sa.Column("mode", sa.String(12), nullable=False),
    sa.Column("receiver_kind", sa.String(10), nullable=False),
    sa.Column("receiver_name", sa.String(60), nullable=False),
    sa.Column("id_kind", sa.String(20), nullable=False),
    sa.Column("id_sealed", sa.Text, nullable=False),
    sa.Column("authorisation", Json, nullable=False),
    sa.Column("signature", Json, nullable=False),
    sa.Column("delivered_at", Instant, nullable=False),
    sa.Column("delivered_by", sa.String(40), nullable=False),
    sa.Column("document_id", sa.String(26), nullable=False),
    sa.Column("told_department_at", Instant),
    sa.Column("relation", sa.String(60)),
)
