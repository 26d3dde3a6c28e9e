"""accounts: the age of passwords, sessions with addresses, second factors"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.foundation.store.types import Instant

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Apply; who has a password goes on with it, and its ninety days count from when the account was made."""
    op.create_table(
        "account_address",
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("signed_in_at", Instant(length=27), nullable=True),
        sa.Column("failed_at", Instant(length=27), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("paused_until", Instant(length=27), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_account_address_account_account")),
        sa.PrimaryKeyConstraint("account", "address", name=op.f("pk_account_address")),
    )
    op.create_index("ix_account_address_paused_until", "account_address", ["paused_until"])
    op.create_table(
        "password_past",
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("set_at", Instant(length=27), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_password_past_account_account")),
        sa.PrimaryKeyConstraint("account", "number", name=op.f("pk_password_past")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", Instant(length=27), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_recovery_code_account_account")),
        sa.PrimaryKeyConstraint("account", "digest", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "second_factor",
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("counter", sa.Integer(), nullable=False),
        sa.Column("enrolled_at", Instant(length=27), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_second_factor_account_account")),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_second_factor")),
    )
    for column in (
        sa.Column("signed_in_address", sa.String(length=45), nullable=True),
        sa.Column("password_at", Instant(length=27), nullable=True),
        sa.Column("must_change", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("failed_since", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("account", column)
    for column in (
        sa.Column("address", sa.String(length=45), nullable=True),
        sa.Column("agent", sa.String(length=80), nullable=True),
        sa.Column("previous_at", Instant(length=27), nullable=True),
        sa.Column("previous_address", sa.String(length=45), nullable=True),
        sa.Column("failed_before", sa.Integer(), nullable=True),
        sa.Column("ended_before", sa.Integer(), nullable=True),
    ):
        op.add_column("session", column)
    op.create_index("ix_session_ends_at", "session", ["ends_at"])
