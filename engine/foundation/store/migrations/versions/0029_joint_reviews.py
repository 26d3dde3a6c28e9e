"""joint reviews: branches with numbers, limits and results of their own; each department sees what it needs"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.foundation.store.types import Instant, Json

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Apply."""
    _branches()
    _reviews()
    _results()
    _shares()
    _ladder()


def _branches() -> None:
    with op.batch_alter_table("joint_branch") as batch_op:
        batch_op.add_column(sa.Column("number", sa.String(60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("depends_on", Json(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("days", sa.Numeric(5, 1), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("optional", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("materials", Json(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("automatic", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("result", sa.String(120), nullable=True))
        batch_op.add_column(sa.Column("state", sa.String(10), nullable=False, server_default="open"))
        batch_op.add_column(sa.Column("round", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("clock_id", sa.String(120), nullable=True))
        batch_op.add_column(sa.Column("opened_at", Instant(), nullable=True))
        batch_op.add_column(sa.Column("findings", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("conditions", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("added_reason", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("added_by", sa.String(40), nullable=True))
        batch_op.add_column(sa.Column("approved_by", sa.String(40), nullable=True))
        batch_op.add_column(sa.Column("dropped_reason", sa.Text(), nullable=True))
    op.create_index("ix_joint_branch_department", "joint_branch", ["department", "state"])
    op.execute("UPDATE joint_branch SET state = 'agreed' WHERE conclusion = 'agree'")
    op.execute("UPDATE joint_branch SET state = 'denied' WHERE conclusion = 'deny'")
    # The number of a branch is its case's, and its place in it.
    op.execute(
        "UPDATE joint_branch SET number = substr(root_id, 6) || '-' || "
        "CASE WHEN position < 10 THEN '0' ELSE '' END || CAST(position AS VARCHAR(4))"
    )


def _reviews() -> None:
    op.create_table(
        "joint_review",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("lead", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        sa.Column("conclusion", sa.String(length=10), nullable=True),
        sa.Column("begun_at", Instant(), nullable=False),
        sa.Column("concluded_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_joint_review_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_joint_review")),
    )
    op.create_table(
        "joint_check",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_joint_check_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "no", "department", name=op.f("pk_joint_check")),
    )
    op.create_index("ix_joint_review_lead", "joint_review", ["lead", "state", "begun_at"])
    # A review that has begun is running, is the lead's to conclude, or was concluded with the decision of its case.
    op.execute(
        "INSERT INTO joint_review (root_id, lead, state, round, note, conclusion, begun_at, concluded_at) "
        "SELECT c.root_id, c.department, CASE WHEN c.decision IS NOT NULL THEN 'concluded' "
        "WHEN EXISTS (SELECT 1 FROM joint_branch b WHERE b.root_id = c.root_id AND b.conclusion IS NULL) "
        "THEN 'running' ELSE 'concluding' END, 1, '', c.decision, COALESCE(c.accepted_at, c.received_at), c.decided_at "
        "FROM case_file c WHERE EXISTS (SELECT 1 FROM joint_branch b WHERE b.root_id = c.root_id)"
    )


def _results() -> None:
    op.create_table(
        "branch_result",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("result_no", sa.String(length=80), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("files", Json(), nullable=False),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("document_id", sa.String(length=26), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_branch_result_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "part", name=op.f("pk_branch_result")),
    )


def _shares() -> None:
    """Whoever was asked already goes on seeing what it saw."""
    op.execute(
        "INSERT INTO shared_material (root_id, no, department, purpose, account, at) "
        "SELECT DISTINCT b.root_id, m.no, b.department, '联审', 'system', r.begun_at FROM joint_branch b "
        "JOIN material m ON m.root_id = b.root_id JOIN joint_review r ON r.root_id = b.root_id "
        "WHERE NOT EXISTS (SELECT 1 FROM shared_material s WHERE s.root_id = b.root_id AND s.no = m.no "
        "AND s.department = b.department)"
    )


def _ladder() -> None:
    """A house that has its ladders already gets that of the branches' limits."""
    columns = ("clock_kind", "version", "rule_no", "level", "when_kind", "when_n", "when_unit", "card_party", "source")
    table = sa.table(
        "ladder_rule", *(sa.column(name) for name in columns), sa.column("who", Json), sa.column("actions", Json),
        sa.column("state"),
    )  # fmt: skip
    connection = op.get_bind()
    if connection.execute(sa.select(table.c.clock_kind).limit(1)).first() is not None:
        connection.execute(table.insert(), _RULES)


def _rule(
    no: str, level: str, when: tuple[str, int], who: list[str], actions: list[str], source: str
) -> dict[str, Any]:
    kind, n = when
    return {
        "clock_kind": "branch", "version": 1, "rule_no": no, "level": level, "when_kind": kind, "when_n": n,
        "when_unit": "wd", "who": who, "actions": actions, "card_party": "department" if "card" in actions else None,
        "source": source, "state": "in_force",
    }  # fmt: skip


_RULES = [
    _rule("EM-NEAR", "blue", ("before", 1), ["holder", "supervisor"], ["remind"],
          "电子监察通行做法：到期前1个工作日提示"),
    _rule("EM-OVERDUE", "yellow", ("after", 0), ["holder", "lead_coordinator", "dept_reviewer", "supervisor"],
          ["remind", "card"], "DB4105/T 229 6.2.2；牌级按电子监察通行做法，拟"),
    _rule("EM-ORDER", "black", ("after", 3), ["center_head"], ["copy", "order"], "超期3个工作日督办：拟"),
]  # fmt: skip
