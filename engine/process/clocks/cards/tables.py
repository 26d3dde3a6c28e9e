"""The cards given, and what became of them."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json, root_column

alert_card = sa.Table(
    "alert_card",
    METADATA,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    root_column(),
    sa.Column("clock_id", sa.String(120), sa.ForeignKey("clock.id"), nullable=False),
    sa.Column("level", sa.String(10), nullable=False),
    sa.Column("party", sa.String(40), nullable=False),
    sa.Column("rule", sa.String(40), nullable=False),
    sa.Column("sentence", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("rule_version", sa.Integer, nullable=False, server_default="0"),
    sa.Column("ladder", sa.String(64), nullable=False, server_default=""),
    sa.Column("due_on", sa.Date),
    sa.Column("extract", Json, nullable=False, server_default="[]"),
    sa.Column("responsible", Json, nullable=False, server_default="[]"),
    sa.Column("state", sa.String(10), nullable=False, server_default="given"),
    sa.Column("appeal", sa.Text),
    sa.Column("appealed_by", sa.String(40)),
    sa.Column("appealed_person", sa.String(40)),
    sa.Column("appealed_at", Instant),
    sa.Column("reason", sa.Text),
    sa.Column("decided_by", sa.String(40)),
    sa.Column("decided_at", Instant),
    sa.UniqueConstraint("clock_id", "level", "rule", "due_on"),
    sa.Index("ix_alert_card_at", "at", "id"),
    sa.Index("ix_alert_card_root_id", "root_id"),
)
"""A mark of electronic supervision; ``party`` is the department key it is given to, ``center`` for the window.

``rule`` is the number of the rule, of which ``rule_version`` and ``ladder`` (center, or a release) say the wording;
both are empty for a card that the law itself gives, or that an older house gave.  ``extract`` are the lines of the
ledger at that time, ``responsible`` who had the case in hand (accounts), or should have (role@place).  ``state`` is
given, appealed, upheld or cancelled."""
