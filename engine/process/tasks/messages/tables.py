"""Messages and who has read them."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

message = sa.Table(
    "message",
    METADATA,
    root_column(),
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("sender", sa.String(40), nullable=False),
    sa.Column("to_account", sa.String(40)),
    sa.Column("to_role", sa.String(30)),
    sa.Column("to_department", sa.String(40)),
    sa.Column("case_root", sa.String(80), sa.ForeignKey("root.id")),
    sa.Column("reply_to", sa.String(26)),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_message_root_id", "root_id"),
    sa.Index("ix_message_to_account", "to_account", "at"),
    sa.Index("ix_message_desk", "to_department", "to_role", "at"),
    sa.Index("ix_message_sender", "sender", "at"),
    sa.Index("ix_message_at", "at"),
)
"""``root_id`` is the thread; a message goes to one account or to a desk (a role of a department); the text lies sealed
because people write names into it.  ``sender`` is ``system`` for what the house itself tells one person."""

message_read = sa.Table(
    "message_read",
    METADATA,
    root_column(),
    sa.Column("message_id", sa.String(26), sa.ForeignKey("message.id"), primary_key=True),
    sa.Column("account", sa.String(40), primary_key=True),
    sa.Column("at", Instant, nullable=False),
)
