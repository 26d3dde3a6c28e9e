"""tasks handed on: delegations, copies, urgings, and leaves with their substitutes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.foundation.store.types import Instant

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("task") as batch_op:
        batch_op.add_column(sa.Column("delegate", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("on_behalf", sa.String(length=40), nullable=True))
    held = sa.text("state = 'open' AND on_behalf IS NOT NULL")
    op.create_index("ix_task_on_behalf", "task", ["on_behalf"], sqlite_where=held, postgresql_where=held)
    with op.batch_alter_table("step") as batch_op:
        batch_op.add_column(sa.Column("on_behalf", sa.String(length=40), nullable=True))
    _delegations()
    _copies()
    _urges()
    _absences()


def _delegations() -> None:
    op.create_table(
        "delegation",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("task_id", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("delegator", sa.String(length=40), nullable=False),
        sa.Column("delegate", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_delegation_root_id_root")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_delegation_task_id_task")),
        sa.PrimaryKeyConstraint("task_id", "number", name=op.f("pk_delegation")),
    )
    waiting = sa.text("state = 'open'")
    op.create_index(
        "ix_delegation_delegate", "delegation", ["delegate", "at"], sqlite_where=waiting, postgresql_where=waiting
    )  # fmt: skip


def _copies() -> None:
    op.create_table(
        "case_copy",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("task_id", sa.String(length=60), nullable=False),
        sa.Column("sender", sa.String(length=40), nullable=False),
        sa.Column("receiver", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("read_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_case_copy_root_id_root")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_case_copy_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_copy")),
    )
    unread = sa.text("read_at IS NULL")
    op.create_index("ix_case_copy_receiver", "case_copy", ["receiver", "at"])
    op.create_index("ix_case_copy_unread", "case_copy", ["receiver"], sqlite_where=unread, postgresql_where=unread)
    op.create_index("ix_case_copy_task_id", "case_copy", ["task_id"])


def _urges() -> None:
    op.create_table(
        "task_urge",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("task_id", sa.String(length=60), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=True),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_task_urge_root_id_root")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_urge_task_id_task")),
        sa.PrimaryKeyConstraint("task_id", "number", name=op.f("pk_task_urge")),
    )
    op.create_index("ix_task_urge_root_id", "task_urge", ["root_id", "at"])


def _absences() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("substitute", sa.String(length=40), nullable=False),
        sa.Column("starts_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("registered_by", sa.String(length=40), nullable=False),
        sa.Column("registered_at", Instant(), nullable=False),
        sa.Column("revoked_by", sa.String(length=40), nullable=True),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_absence_account_account")),
        sa.ForeignKeyConstraint(["substitute"], ["account.id"], name=op.f("fk_absence_substitute_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_account", "absence", ["account", "ends_at"])
    op.create_index("ix_absence_substitute", "absence", ["substitute", "ends_at"])
