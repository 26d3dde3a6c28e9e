"""Orders of supervision and what was answered to them."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

supervision_order = sa.Table(
    "supervision_order",
    METADATA,
    sa.Column("id", sa.String(20), primary_key=True),
    root_column(),
    sa.Column("number", sa.String(40), nullable=False, unique=True),
    sa.Column("clock_id", sa.String(120), sa.ForeignKey("clock.id")),
    sa.Column("rule_no", sa.String(40)),
    sa.Column("due", sa.String(20)),
    sa.Column("level", sa.String(10), nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("department", sa.String(40), nullable=False),
    sa.Column("issued_at", Instant, nullable=False),
    sa.Column("issued_by", sa.String(40), nullable=False),
    sa.Column("response_clock", sa.String(120), sa.ForeignKey("clock.id"), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("state_at", Instant, nullable=False),
    sa.Column("result", sa.Text, nullable=False, server_default=""),
    sa.Column("ended_by", sa.String(40)),
    sa.UniqueConstraint("clock_id", "rule_no", "due"),
    sa.Index("ix_supervision_order_issued_at", "issued_at", "id"),
    sa.Index("ix_supervision_order_state", "state", "issued_at", "id"),
    sa.Index("ix_supervision_order_department", "department", "state", "issued_at", "id"),
    sa.Index("ix_supervision_order_root_id", "root_id"),
)
"""``id`` is the number as an address bears it, ``number`` the 监察编号; ``clock_id`` is the limit the order is about,
``rule_no`` and ``due`` the rule and the due date of an automatic one; ``response_clock`` is the newest clock of the
answer; ``state`` is issued, answered, closed or withdrawn, ``state_at`` since when; ``result`` says how it was closed,
or why it was withdrawn, and ``ended_by`` by whom."""

order_answer = sa.Table(
    "order_answer",
    METADATA,
    root_column(),
    sa.Column("order_id", sa.String(20), sa.ForeignKey("supervision_order.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("promised_on", sa.Date),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("person", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("sent_back", sa.Text),
    sa.Column("sent_back_by", sa.String(40)),
    sa.Column("sent_back_at", Instant),
)
"""An answer; ``sent_back`` is why another one was wanted."""
