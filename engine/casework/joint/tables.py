"""Joint reviews and their branches, each a part with its own number, limit, opinion and result."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json, root_column

joint_review = sa.Table(
    "joint_review",
    METADATA,
    root_column(primary_key=True),
    sa.Column("lead", sa.String(40), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("conclusion", sa.String(10)),
    sa.Column("begun_at", Instant, nullable=False),
    sa.Column("concluded_at", Instant),
    sa.Index("ix_joint_review_lead", "lead", "state", "begun_at"),
    sa.Index("ix_joint_review_state", "state", "begun_at"),
)
"""``state`` is running, concluding (every branch has ended, the lead is to conclude), concluded, or ended (the case
has ended before); ``round`` counts how
often departments were asked; ``conclusion`` is grant, partial or deny."""

joint_check = sa.Table(
    "joint_check",
    METADATA,
    root_column(primary_key=True),
    sa.Column("no", sa.Integer, primary_key=True),
    sa.Column("department", sa.String(40), primary_key=True),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""Which material a department has verified for its part: what one has verified the others need not (6.1.6)."""

joint_branch = sa.Table(
    "joint_branch",
    METADATA,
    root_column(primary_key=True),
    sa.Column("key", sa.String(40), primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("number", sa.String(60), nullable=False, server_default=""),
    sa.Column("department", sa.String(40), nullable=False),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("veto", sa.String(20), nullable=False),
    sa.Column("depends_on", Json, nullable=False, server_default="[]"),
    sa.Column("days", sa.Numeric(5, 1), nullable=False, server_default="0"),
    sa.Column("optional", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("materials", Json, nullable=False, server_default="[]"),
    sa.Column("automatic", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("result", sa.String(120)),
    sa.Column("state", sa.String(10), nullable=False, server_default="open"),
    sa.Column("round", sa.Integer, nullable=False, server_default="1"),
    sa.Column("clock_id", sa.String(120)),
    sa.Column("opened_at", Instant),
    sa.Column("findings", sa.Text),
    sa.Column("conclusion", sa.String(20)),
    sa.Column("opinion", sa.Text),
    sa.Column("basis", sa.Text),
    sa.Column("conditions", sa.Text),
    sa.Column("representative", sa.String(60)),
    sa.Column("account", sa.String(40)),
    sa.Column("at", Instant),
    sa.Column("added_reason", sa.Text),
    sa.Column("added_by", sa.String(40)),
    sa.Column("approved_by", sa.String(40)),
    sa.Column("dropped_reason", sa.Text),
    sa.Index("ix_joint_branch_department", "department", "state"),
)
"""``number`` is the branch's own, ``veto`` what a denial means by the plan, ``days`` its limit in working days (halves
are four working hours), ``materials`` what its department sees (empty: all).  ``state``: proposed (added, not yet
approved), waiting, open, agreed, denied, stopped (by another's denial) or dropped.  ``representative`` spoke for the
department (4.2.2c); ``conditions`` are those under which it agrees."""
