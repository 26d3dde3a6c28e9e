"""in which unit a clock counts; the clocks of stages; reminders that the ladder says now"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.foundation.store.types import Json

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Apply: the unit of every clock is that of its start; when people are reminded is said by the ladder alone."""
    gone = ("commitment_reminder", "correction_limit_reminder")
    for name in ("policy_draft", "policy_version", "policy"):
        table = sa.table(name, sa.column("key"))
        op.execute(table.delete().where(table.c.key.in_(gone)))
    with op.batch_alter_table("clock") as batch_op:
        batch_op.add_column(sa.Column("unit", sa.String(5), nullable=False, server_default="wd"))
        batch_op.add_column(sa.Column("stage", sa.String(80), nullable=True))
        batch_op.add_column(sa.Column("named", sa.String(40), nullable=True))
        batch_op.add_column(sa.Column("office", Json(), nullable=True))
    entry = sa.table("clock_entry", sa.column("clock_id"), sa.column("kind"), sa.column("body", Json))
    clock = sa.table("clock", sa.column("id"), sa.column("unit"), sa.column("office", Json))
    starts = sa.select(entry.c.clock_id, entry.c.kind, entry.c.body).where(entry.c.kind.in_(["start", "hours"]))
    connection = op.get_bind()
    others = [
        {"of_clock": row.clock_id, "counted": row.body.get("unit", "wh"), "hours": row.body.get("office")}
        for row in connection.execute(starts)
        if row.body.get("unit") != "wd"
    ]
    if others:
        change = clock.update().where(clock.c.id == sa.bindparam("of_clock"))
        connection.execute(change.values(unit=sa.bindparam("counted"), office=sa.bindparam("hours")), others)
