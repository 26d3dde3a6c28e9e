"""Materials, corrections, opinions, handovers and site visits."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json, root_column

material = sa.Table(
    "material",
    METADATA,
    root_column(primary_key=True),
    sa.Column("no", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("form", sa.String(12), nullable=False),
    sa.Column("copies_required", sa.Integer, nullable=False),
    sa.Column("required", sa.Boolean, nullable=False),
    sa.Column("deficiency_allowed", sa.Boolean, nullable=False),
    sa.Column("source", sa.String(20), nullable=False),
    sa.Column("provided_form", sa.String(12)),
    sa.Column("copies", sa.Integer, nullable=False),
    sa.Column("original_checked", sa.Boolean, nullable=False),
    sa.Column("shared", sa.Boolean, nullable=False),
    sa.Column("returned", sa.Boolean, nullable=False),
    sa.Column("verdict", sa.String(12)),
    sa.Column("advice", sa.Text),
)
"""``shared``: obtained by data sharing instead of being handed in (免证可办); ``returned``: an original that is only
looked at and given back at once (核验后退还); ``verdict`` of the formal review."""

material_file = sa.Table(
    "material_file",
    METADATA,
    root_column(primary_key=True),
    sa.Column("no", sa.Integer, primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("file_name", sa.String(200), nullable=False),
    sa.Column("media_type", sa.String(100), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("added_at", Instant, nullable=False),
    sa.Column("added_by", sa.String(40), nullable=False),
)

correction = sa.Table(
    "correction",
    METADATA,
    root_column(primary_key=True),
    sa.Column("round", sa.Integer, primary_key=True),
    sa.Column("lines", Json, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("proposed_by", sa.String(40), nullable=False),
    sa.Column("proposed_at", Instant, nullable=False),
    sa.Column("confirmed_by", sa.String(40)),
    sa.Column("confirmed_at", Instant),
    sa.Column("document_id", sa.String(26)),
    sa.Column("issued_at", Instant),
    sa.Column("received_at", Instant),
)
"""A correction round (6.1.3): ``state`` is proposed, confirmed, declined, issued or received."""

opinion = sa.Table(
    "opinion",
    METADATA,
    root_column(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("department", sa.String(40), nullable=False),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("conclusion", sa.String(40), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("basis", sa.Text),
    sa.Column("at", Instant, nullable=False),
)

handover = sa.Table(
    "handover",
    METADATA,
    root_column(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("subject", sa.String(12), nullable=False),
    sa.Column("lines", Json, nullable=False),
    sa.Column("given_by", sa.String(40), nullable=False),
    sa.Column("given_at", Instant, nullable=False),
    sa.Column("taken_by", sa.String(40)),
    sa.Column("taken_at", Instant),
    sa.Column("signature", Json),
    sa.Column("document_id", sa.String(26)),
)
"""Handover and receipt (6.1.5, 6.3.1): ``subject`` is materials or result."""

site_visit = sa.Table(
    "site_visit",
    METADATA,
    root_column(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("planned_on", sa.Date, nullable=False),
    sa.Column("place", sa.String(200), nullable=False),
    sa.Column("visitors", Json, nullable=False),
    sa.Column("visited_on", sa.Date),
    sa.Column("findings", sa.Text),
    sa.Column("conclusion", sa.String(20)),
)
"""A site visit by two people or more (行政许可法 34); it does not stop the clock."""
