"""who broke a promise: named, for how long, on what basis, lifted why"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

COLUMNS = (
    sa.Column("applicant_kind", sa.String(length=20)),
    sa.Column("applicant_name", sa.String(length=120)),
    sa.Column("id_kind", sa.String(length=20)),
    sa.Column("id_sealed", sa.Text()),
    sa.Column("source", sa.String(length=12)),
    sa.Column("basis", sa.Text()),
    sa.Column("department", sa.String(length=40)),
    sa.Column("until", sa.Date()),
    sa.Column("lift_reason", sa.Text()),
)

ROOT = ("id", "kind", "version", "seq", "head")
ENTRY = (
    "id", "root_id", "source", "department", "applicant_kind", "applicant_name", "id_kind", "id_sealed",
)  # fmt: skip


def upgrade() -> None:
    """Apply; entries that are there already came from a revocation, and their case says of whom."""
    for column in COLUMNS:
        op.add_column("barred_applicant", column)
    op.create_index("ix_barred_applicant_barred_at", "barred_applicant", ["barred_at", "id"])
    root, entry = sa.table("root", *map(sa.column, ROOT)), sa.table("barred_applicant", *map(sa.column, ENTRY))
    case = sa.table("case_file", *map(sa.column, ("root_id", "applicant_id", "department")))
    who = sa.table("applicant", *map(sa.column, ("id", "kind", "name", "id_kind", "id_sealed")))
    whose = (who.c.id == case.c.applicant_id) & (case.c.root_id == entry.c.root_id)

    def told(column: sa.ColumnElement[str]) -> sa.ScalarSelect[str]:
        return sa.select(column).where(whose).correlate(entry).scalar_subquery()

    op.execute(
        entry.update().values(
            source="revocation", department=told(case.c.department), applicant_kind=told(who.c.kind),
            applicant_name=told(who.c.name), id_kind=told(who.c.id_kind), id_sealed=told(who.c.id_sealed),
        )
    )  # fmt: skip
    name = sa.literal("barring:") + entry.c.id
    fresh = sa.select(name, sa.literal("barring"), sa.literal(0), sa.literal(0), sa.literal("0" * 64))
    op.execute(root.insert().from_select([root.c[column] for column in ROOT], fresh))
