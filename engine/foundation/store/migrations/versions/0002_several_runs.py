"""several process runs for a case"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.foundation.store.types

revision = "0002"
down_revision = "0001"

MAIN = "one_window_main"
"""The only main process that a house of revision 0001 could run."""


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("process_instance", schema=None) as batch_op:
        batch_op.add_column(sa.Column("run", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("process", sa.String(length=60), nullable=False, server_default=MAIN))
        batch_op.drop_constraint("pk_process_instance", type_="primary")
        batch_op.create_primary_key("pk_process_instance", ["root_id", "run"])
    with op.batch_alter_table("process_instance", schema=None) as batch_op:
        batch_op.alter_column("run", server_default=None)
        batch_op.alter_column("process", server_default=None)
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.add_column(sa.Column("run", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("step", schema=None) as batch_op:
        batch_op.alter_column("run", server_default=None)
    _change_tasks()


def _change_tasks() -> None:
    """Number tasks within their run.  SQLite rebuilds the table, which drafts must not hang on meanwhile."""
    op.execute("CREATE TABLE kept_draft AS SELECT * FROM task_draft")
    op.drop_table("task_draft")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("run", sa.Integer(), nullable=False, server_default="0"))
        batch_op.drop_constraint("uq_task_root_id_task_no", type_="unique")
        batch_op.create_unique_constraint("uq_task_root_id_run_task_no", ["root_id", "run", "task_no"])
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.alter_column("run", server_default=None)
    op.create_table(
        "task_draft",
        sa.Column("task_id", sa.String(length=60), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("saved_at", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_draft_task_id_task")),
        sa.PrimaryKeyConstraint("task_id", "account", name=op.f("pk_task_draft")),
    )
    op.execute("INSERT INTO task_draft SELECT * FROM kept_draft")
    op.drop_table("kept_draft")
