"""ladders as rows; cards as evidence; a person may be told alone"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.engine import Connection

import engine.foundation.store.types
from engine.foundation.clock import start_of_city_day

revision = "0025"
down_revision = "0024"

_Instant = engine.foundation.store.types.Instant(length=27)
_Json = engine.foundation.store.types.Json()


def upgrade() -> None:
    """Apply."""
    _tables()
    _columns()
    connection = op.get_bind()
    _turn_deadlines(connection)
    _look_at_the_rest(connection)
    connection.execute(sa.text(
        "UPDATE alert_card SET due_on = (SELECT clock.due_on FROM clock WHERE clock.id = alert_card.clock_id)"
    ))  # fmt: skip


def _tables() -> None:
    op.create_table(
        "ladder_rule",
        sa.Column("clock_kind", sa.String(length=30), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule_no", sa.String(length=30), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("when_kind", sa.String(length=10), nullable=False),
        sa.Column("when_n", sa.Integer(), nullable=False),
        sa.Column("when_unit", sa.String(length=10), nullable=False),
        sa.Column("who", _Json, nullable=False),
        sa.Column("actions", _Json, nullable=False),
        sa.Column("card_party", sa.String(length=40), nullable=True),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("since", _Instant, nullable=True),
        sa.PrimaryKeyConstraint("clock_kind", "version", "rule_no", name=op.f("pk_ladder_rule")),
    )
    op.create_table(
        "ladder_draft",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("clock_kind", sa.String(length=30), nullable=False),
        sa.Column("rules", _Json, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("drafted_by", sa.String(length=40), nullable=False),
        sa.Column("drafted_person", sa.String(length=40), nullable=False),
        sa.Column("drafted_name", sa.String(length=40), nullable=False),
        sa.Column("at", _Instant, nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", _Instant, nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("cursor", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladder_draft")),
    )
    op.create_table(
        "ladder_told",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("clock_id", sa.String(length=120), nullable=False),
        sa.Column("rule_no", sa.String(length=30), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("at", _Instant, nullable=False),
        sa.Column("told", _Json, nullable=False),
        sa.ForeignKeyConstraint(["clock_id"], ["clock.id"], name=op.f("fk_ladder_told_clock_id_clock")),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_ladder_told_root_id_root")),
        sa.PrimaryKeyConstraint("clock_id", "rule_no", "level", "due_on", name=op.f("pk_ladder_told")),
    )


def _columns() -> None:
    partial = {
        "sqlite_where": sa.text("account IS NOT NULL"), "postgresql_where": sa.text("account IS NOT NULL")
    }  # fmt: skip
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.add_column(sa.Column("account", sa.String(length=40), nullable=True))
        batch_op.create_index("ix_notification_account", ["account", "at"], unique=False, **partial)
    with op.batch_alter_table("alert_card", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rule_version", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("ladder", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("extract", _Json, server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("responsible", _Json, server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("state", sa.String(length=10), server_default="given", nullable=False))
        batch_op.add_column(sa.Column("appeal", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("appealed_by", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("appealed_person", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("appealed_at", _Instant, nullable=True))
        batch_op.add_column(sa.Column("reason", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("decided_by", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("decided_at", _Instant, nullable=True))
        batch_op.drop_constraint(op.f("uq_alert_card_clock_id_level_rule"), type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_alert_card_clock_id_level_rule_due_on"), ["clock_id", "level", "rule", "due_on"]
        )
        batch_op.create_index("ix_alert_card_at", ["at", "id"], unique=False)
        batch_op.create_index("ix_alert_card_root_id", ["root_id"], unique=False)


# What the clocks of an older house said themselves -----------------------------------------------------------------

_ROOM = ("first_contact", "consult", "entrusted_call", "uncollected", "shipping", "unread")
"""Kinds whose room is told when they are due, as before; all others have a ladder now."""

_CARDS = {
    "commitment": "red", "statutory": "red", "delivery": "red", "first_review": "red", "confirm_correction": "yellow",
    "hand_over": "yellow", "online_feedback": "yellow", "commit_check": "yellow", "relay": "yellow",
    "report_up": "yellow", "rejection_review": "yellow",
}  # fmt: skip
"""The level of the card that was given when a clock of the kind was overdue."""

clock = sa.table(
    "clock", sa.column("id", sa.String()), sa.column("root_id"), sa.column("kind"), sa.column("state"),
    sa.column("due_on", sa.Date()),
)  # fmt: skip
entry = sa.table("clock_entry", sa.column("clock_id"), sa.column("on", sa.Date()))
deadline = sa.table(
    "deadline", sa.column("id"), sa.column("root_id"), sa.column("clock_id"), sa.column("effect"),
    sa.column("due_at", _Instant), sa.column("wake_at", _Instant), sa.column("state"), sa.column("attempts"),
    sa.column("last_error"), sa.column("fired_at", _Instant),
)  # fmt: skip
told = sa.table(
    "ladder_told", sa.column("root_id"), sa.column("clock_id"), sa.column("rule_no"), sa.column("level"),
    sa.column("due_on", sa.Date()), sa.column("at", _Instant), sa.column("told", _Json),
)  # fmt: skip


incident = sa.table("incident", sa.column("id"), sa.column("state"), sa.column("settled_at"), sa.column("since"))


def _turn_deadlines(connection: Connection) -> None:
    """Turn what was armed into one look at the ladder of each clock, and what was delivered into what was told."""
    query = (
        sa.select(deadline, clock.c.kind, clock.c.state.label("clock_state"), clock.c.due_on)
        .join(clock, clock.c.id == deadline.c.clock_id)
        .where(deadline.c.effect.in_(["reminder", "overdue"]), clock.c.kind.not_in(_ROOM))
        .order_by(deadline.c.clock_id, deadline.c.due_at)
    )
    looks: dict[str, dict[str, Any]] = {}
    said: list[dict[str, Any]] = []
    gone: list[dict[str, Any]] = []
    for row in connection.execute(query).all():
        gone.append({"of_id": row.id})
        if row.state == "fired" and row.due_on is not None:
            said.append(_told(row))
        if row.state == "open" and row.clock_state == "running":
            looks.setdefault(row.clock_id, _look(row))
    if gone:
        # What could not be delivered is tried under its new name; who was told of the old one need not look for it.
        connection.execute(
            incident.update().where(incident.c.id == sa.bindparam("of_incident"), incident.c.state == "open")
            .values(state="healed", settled_at=incident.c.since),
            [{"of_incident": f"deadline:{one['of_id']}"} for one in gone],
        )  # fmt: skip
        connection.execute(deadline.delete().where(deadline.c.id == sa.bindparam("of_id")), gone)
    if looks:
        connection.execute(deadline.insert(), list(looks.values()))
    if said:
        connection.execute(told.insert(), said)


def _look_at_the_rest(connection: Connection) -> None:
    """Let every other running clock be looked at once: its ladder may have a rung that the clock itself did not have.

    What is due then is told; for the rest the next rung is armed.
    """
    kinds = (*_CARDS, "correction_limit", "deficiency", "special_procedure")
    there = sa.select(deadline.c.id).where(deadline.c.clock_id == clock.c.id, deadline.c.effect == "ladder").exists()
    # By the legal day it counts from: one that began before it was opened (视为受理) may be late already.
    query = (
        sa.select(clock.c.id, clock.c.root_id, sa.func.min(entry.c.on).label("began"))
        .join(entry, entry.c.clock_id == clock.c.id)
        .where(clock.c.state == "running", clock.c.kind.in_(kinds), ~there)
        .group_by(clock.c.id, clock.c.root_id)
    )
    found = [
        {
            "id": f"{row.id}:ladder", "root_id": row.root_id, "clock_id": row.id, "effect": "ladder",
            "due_at": start_of_city_day(row.began), "wake_at": start_of_city_day(row.began), "state": "open",
            "attempts": 0,
        }
        for row in connection.execute(query)
    ]  # fmt: skip
    if found:
        connection.execute(deadline.insert(), found)


def _look(row: Any) -> dict[str, Any]:
    return {
        "id": f"{row.clock_id}:ladder", "root_id": row.root_id, "clock_id": row.clock_id, "effect": "ladder",
        "due_at": row.due_at, "wake_at": row.wake_at, "state": row.state, "attempts": row.attempts,
        "last_error": row.last_error, "fired_at": None,
    }  # fmt: skip


def _told(row: Any) -> dict[str, Any]:
    near = row.effect == "reminder"
    level = ("yellow" if row.kind == "commitment" else "blue") if near else _CARDS.get(row.kind, "blue")
    return {
        "root_id": row.root_id, "clock_id": row.clock_id, "rule_no": "EM-NEAR" if near else "EM-OVERDUE",
        "level": level, "due_on": row.due_on, "at": row.fired_at or row.due_at, "told": [],
    }  # fmt: skip
