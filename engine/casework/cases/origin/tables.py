"""Origins, agents, visits to the hall, and files taken over."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json, root_column

case_origin = sa.Table(
    "case_origin",
    METADATA,
    root_column(primary_key=True),
    sa.Column("window", sa.String(20)),
    sa.Column("remote_mode", sa.String(12), nullable=False),
    sa.Column("mail_no", sa.String(40)),
    sa.Column("mail_witness", sa.String(40)),
    sa.Column("mail_listed", sa.Integer),
    sa.Column("mail_found", sa.Integer),
    sa.Column("offline_register_no", sa.String(40)),
    sa.Column("offline_reason", sa.Text),
    sa.Column("offline_state", sa.String(12)),
    sa.Column("recorded_by_person", sa.String(40), nullable=False),
    sa.Column("decided_by", sa.String(40)),
    sa.Column("decided_at", Instant),
    sa.Column("decided_note", sa.Text),
    sa.Index("ix_case_origin_offline_state", "offline_state"),
)
"""``remote_mode``: local, collect (代收代办), online (全程网办), joint (多地联办).

``offline_state`` of paper taken while the system was down: waiting, approved or refused; empty for everything else.
"""

case_agent = sa.Table(
    "case_agent",
    METADATA,
    root_column(primary_key=True),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("id_sealed", sa.Text, nullable=False),
    sa.Column("id_index", sa.String(64), nullable=False),
    sa.Column("phone_sealed", sa.Text, nullable=False),
    sa.Column("letter", Json, nullable=False),
    sa.Index("ix_case_agent_id_index", "id_index"),
)
"""Who acts for the applicant (帮办代办): ``kind`` is helper or agent; ``letter`` the digests of the authorization."""

hall_visit = sa.Table(
    "hall_visit",
    METADATA,
    root_column(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("account", sa.String(40), nullable=False),
)
"""A visit to the hall that no act of the process counts by itself, with its reason."""

reused_file = sa.Table(
    "reused_file",
    METADATA,
    root_column(primary_key=True),
    sa.Column("no", sa.Integer, primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("source_root", sa.String(80), sa.ForeignKey("root.id"), nullable=False),
)
"""A file of a material that was not handed in again but taken over from an earlier case (沿用; 免证可办 6.2.4)."""
