"""figures of ended cases: sums by item, month and department, and what each case adds to them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.foundation.store.types import Instant, Json

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "rollup_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("making", sa.Boolean(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollup_head")),
    )
    op.create_table(
        "rollup_case",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("way", sa.String(length=64), nullable=False),
        sa.Column("share", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_rollup_case_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_rollup_case")),
    )
    op.create_index("ix_rollup_case_way", "rollup_case", ["way", "item", "month"])
    op.create_table(
        "rollup_way",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("tasks", Json(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_rollup_way")),
    )
    _sums("element", ("release", 64), ("process", 60), ("element", 80), timed=True,
          told=(sa.Column("kind", sa.String(length=30), nullable=False),
                sa.Column("name", sa.String(length=120), nullable=False)))  # fmt: skip
    _sums("handover", ("giver", 40), ("taker", 40), timed=True)
    _sums("variant", ("way", 64), timed=True)
    _sums("deviation", ("kind", 20), ("release", 64), ("process", 60), ("element", 80))


def _sums(
    what: str, *of: tuple[str, int], timed: bool = False, told: tuple[sa.Column[str], ...] = ()
) -> None:  # fmt: skip
    """Make a table of sums whose key is item, month and department, then ``of``, and a bucket where it is timed."""
    keys = (("item", 40), ("month", 7), ("department", 40), *of)
    bucket = [sa.Column("bucket", sa.Integer(), nullable=False)] if timed else []
    names = [name for name, _ in keys] + [one.name for one in bucket]
    op.create_table(
        f"rollup_{what}",
        *(sa.Column(name, sa.String(length=length), nullable=False) for name, length in keys),
        *bucket,
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        *told,
        sa.PrimaryKeyConstraint(*names, name=op.f(f"pk_rollup_{what}")),
        sqlite_with_rowid=False,
    )
