"""Joint site visits and what each branch found."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json, root_column

joint_visit = sa.Table(
    "joint_visit",
    METADATA,
    root_column(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("visit_on", sa.Date, nullable=False),
    sa.Column("time", sa.String(5), nullable=False),
    sa.Column("place", sa.String(200), nullable=False),
    sa.Column("prepare", sa.Text, nullable=False, server_default=""),
    sa.Column("contact", sa.String(60), nullable=False),
    sa.Column("contact_phone", sa.String(40), nullable=False),
    sa.Column("document_id", sa.String(40), nullable=False),
    sa.Column("document_number", sa.String(80), nullable=False),
    sa.Column("planned_by", sa.String(40), nullable=False),
    sa.Column("planned_at", Instant, nullable=False),
    sa.Column("moved_reason", sa.Text, nullable=False, server_default=""),
    sa.Column("moved_by", sa.String(40)),
    sa.Column("moved_at", Instant),
    sa.Column("cancelled_reason", sa.Text, nullable=False, server_default=""),
    sa.Column("cancelled_by", sa.String(40)),
    sa.Column("cancelled_at", Instant),
    sa.Column("cancel_document_id", sa.String(40)),
    sa.Column("cancel_document_number", sa.String(80)),
)
"""``document_id`` is the notice to the applicant; when the visit is moved, or more branches take part, the one that
took its place.  ``cancel_document_id`` is the notice that there will be no visit."""

joint_visit_branch = sa.Table(
    "joint_visit_branch",
    METADATA,
    root_column(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("branch", sa.String(40), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("department", sa.String(40), nullable=False),
    sa.Column("looks_at", sa.String(200), nullable=False),
    sa.Column("visitors", Json, nullable=False),
    sa.Column("findings", sa.Text),
    sa.Column("conclusion", sa.String(10)),
    sa.Column("improvement", sa.Text, nullable=False, server_default=""),
    sa.Column("again", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("files", Json, nullable=False, server_default="[]"),
    sa.Column("account", sa.String(40)),
    sa.Column("at", Instant),
)
"""``visitors`` are rows of account, person and name; ``conclusion`` is pass, improve or fail, ``again`` asks for
another visit; ``files`` rows of digest and name."""
