"""the figures that the standard leaves open have versions and drafts"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import engine.foundation.store.types
from engine.foundation.clock import SystemClock

revision = "0026"
down_revision = "0025"

FIRST_VERSIONS = """
INSERT INTO policy_version (key, version, value, source, reason, drafted_by, drafted_person, confirmed_by,
                            confirmed_person, at, effective_at, taken)
SELECT key, 1, value, source, '升级前的数值', 'system', 'system', 'system', 'system', :now, :always, :taken
FROM policy WHERE unit <> 's'
"""
"""What a house has is the first version of each figure, whatever it was; the demonstration's clock is no figure."""


def upgrade() -> None:
    """Apply."""
    instant = engine.foundation.store.types.Instant(length=27)
    op.create_table(
        "policy_version",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("drafted_by", sa.String(length=40), nullable=False),
        sa.Column("drafted_person", sa.String(length=40), nullable=False),
        sa.Column("confirmed_by", sa.String(length=40), nullable=False),
        sa.Column("confirmed_person", sa.String(length=40), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("effective_at", instant, nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["policy.key"], name=op.f("fk_policy_version_key_policy")),
        sa.PrimaryKeyConstraint("key", "version", name=op.f("pk_policy_version")),
    )
    op.create_table(
        "policy_draft",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("drafted_by", sa.String(length=40), nullable=False),
        sa.Column("drafted_person", sa.String(length=40), nullable=False),
        sa.Column("drafted_name", sa.String(length=40), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", instant, nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["key"], ["policy.key"], name=op.f("fk_policy_draft_key_policy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_draft")),
    )
    now = sa.bindparam("now", SystemClock().now(), type_=instant)
    always = sa.bindparam("always", datetime(1970, 1, 1, tzinfo=UTC), type_=instant)
    op.get_bind().execute(sa.text(FIRST_VERSIONS).bindparams(now, always, taken=True))
