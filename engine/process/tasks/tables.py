"""Process instances (runs), tasks, drafts, steps, and the parts people played."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json, root_column

process_instance = sa.Table(
    "process_instance",
    METADATA,
    root_column(primary_key=True),
    sa.Column("run", sa.Integer, primary_key=True),
    sa.Column("process", sa.String(60), nullable=False),
    sa.Column("release_id", sa.String(64), sa.ForeignKey("release.id"), nullable=False),
    sa.Column("department", sa.String(40), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("snapshot", sa.LargeBinary, nullable=False),
    sa.Column("state_hash", sa.String(64), nullable=False),
    sa.Column("completed", sa.Boolean, nullable=False),
    sa.Index("ix_process_instance_open", "release_id",
             sqlite_where=sa.text("completed = 0"), postgresql_where=sa.text("NOT completed")),
)
"""The runs of processes for a root: run 0 is the main process, further runs are small processes beside it, or the
main process again after it was begun anew."""

task = sa.Table(
    "task",
    METADATA,
    sa.Column("id", sa.String(60), primary_key=True),
    root_column(),
    sa.Column("run", sa.Integer, nullable=False),
    sa.Column("task_no", sa.Integer, nullable=False),
    sa.Column("process", sa.String(60), nullable=False),
    sa.Column("element", sa.String(80), nullable=False),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("lane", sa.String(60), nullable=False),
    sa.Column("form", sa.String(60), nullable=False),
    sa.Column("act", sa.String(60)),
    sa.Column("role", sa.String(30), nullable=False),
    sa.Column("department", sa.String(40), nullable=False),
    sa.Column("clauses", Json, nullable=False),
    sa.Column("item", sa.String(120)),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("holder", sa.String(40)),
    sa.Column("held_since", Instant),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("closed_at", Instant),
    sa.Column("closed_by", sa.String(40)),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("delegate", sa.String(40)),
    sa.Column("on_behalf", sa.String(40)),
    sa.UniqueConstraint("root_id", "run", "task_no"),
    sa.Index("ix_task_mine", "holder", "opened_at", "id",
             sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")),
    sa.Index("ix_task_waiting", "department", "role", "opened_at", "id",
             sqlite_where=sa.text("state = 'open' AND holder IS NULL"),
             postgresql_where=sa.text("state = 'open' AND holder IS NULL")),
    sa.Index("ix_task_on_behalf", "on_behalf",
             sqlite_where=sa.text("state = 'open' AND on_behalf IS NOT NULL"),
             postgresql_where=sa.text("state = 'open' AND on_behalf IS NOT NULL")),
    sa.Index("ix_task_place", "department", "opened_at", "id",
             sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")),
)  # fmt: skip
"""``state`` is open, completed or cancelled; ``department`` is ``center`` for the counter's roles; ``item`` is what a
task of a multi-instance is about.  ``delegate`` prepares it for its holder (委派); ``on_behalf`` is the absent account
for whom the holder holds it, or closed it (请假代理)."""

task_draft = sa.Table(
    "task_draft",
    METADATA,
    sa.Column("task_id", sa.String(60), sa.ForeignKey("task.id"), primary_key=True),
    sa.Column("account", sa.String(40), primary_key=True),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("saved_at", Instant, nullable=False),
)
"""A draft belongs to the person who typed it; it is sealed because it may hold personal data."""

step = sa.Table(
    "step",
    METADATA,
    root_column(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("run", sa.Integer, nullable=False),
    sa.Column("task_no", sa.Integer, nullable=False),
    sa.Column("process", sa.String(60), nullable=False),
    sa.Column("element", sa.String(80), nullable=False),
    sa.Column("kind", sa.String(30), nullable=False),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("lane", sa.String(60), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("on_behalf", sa.String(40)),
    sa.Column("within", sa.Integer),
    sa.Column("undone", sa.Boolean),
)
"""Every element the case passed, in order: the list of steps and the diagram are drawn from it.

``within`` is the number of the token that called the process it lies in, by which one passage through a called process
is told from another; None in the main process, and in steps that are older than the column.  ``undone`` says that the
case went back to before the step: what was done then is on record, but leads nowhere.
"""

participation = sa.Table(
    "participation",
    METADATA,
    root_column(primary_key=True),
    sa.Column("person", sa.String(40), primary_key=True),
    sa.Column("part", sa.String(30), primary_key=True),
    sa.Column("account", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
)
"""Which natural person played which part in a case: what separation of duties asks."""
