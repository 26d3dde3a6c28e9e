"""search, lists, saved views"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import engine.foundation.store.types

revision = "0007"
down_revision = "0006"

OPEN = "state = 'open'"
WAITING = "state = 'open' AND holder IS NULL"
DUE = "due_on IS NOT NULL"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "search_entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("ref", sa.String(length=200), nullable=False),
        sa.Column("places", engine.foundation.store.types.Json(), nullable=False),
        sa.Column("parts", engine.foundation.store.types.Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sa.UniqueConstraint("kind", "ref", name=op.f("uq_search_entry_kind_ref")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TABLE search_index (id bigint NOT NULL, words tsvector NOT NULL, CONSTRAINT pk_search_index"
            " PRIMARY KEY (id), CONSTRAINT fk_search_index_id_search_entry FOREIGN KEY (id)"
            " REFERENCES search_entry (id) ON DELETE CASCADE)"
        )
        op.execute("CREATE INDEX ix_search_index_words ON search_index USING gin (words)")
    else:
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING"
            " fts5(words, content='', columnsize=0, tokenize=\"ascii tokenchars '_'\")"
        )
    _lists()
    _views()
    _tasks()


def _lists() -> None:
    op.create_table(
        "case_listing",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("case_type", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=4), nullable=False),
        sa.Column("first_responder", sa.String(length=40), nullable=False),
        sa.Column("received_at", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_case_listing_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_case_listing")),
    )
    with op.batch_alter_table("case_listing", schema=None) as batch_op:
        batch_op.create_index("ix_case_listing_received", ["received_at", "root_id"])
        for name in ("department", "status", "item_code", "case_type", "channel", "first_responder"):
            batch_op.create_index(f"ix_case_listing_{name}", [name, "received_at", "root_id"])
        batch_op.create_index("ix_case_listing_department_status", ["department", "status", "received_at", "root_id"])
        for name, columns in (
            ("ix_case_listing_due", ["due_on", "root_id"]),
            ("ix_case_listing_department_due", ["department", "due_on", "root_id"]),
        ):
            batch_op.create_index(name, columns, sqlite_where=sa.text(DUE), postgresql_where=sa.text(DUE))
    op.execute(
        "INSERT INTO case_listing (root_id, department, status, item_code, case_type, channel, first_responder,"
        " received_at, due_on) SELECT root_id, department, status, item_code, case_type, channel, first_responder,"
        " received_at, (SELECT c.due_on FROM clock c WHERE c.root_id = case_file.root_id AND c.state = 'running'"
        " AND c.kind IN ('commitment', 'correction_notice') ORDER BY c.kind, c.number DESC LIMIT 1) FROM case_file"
    )


def _views() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("list", sa.String(length=12), nullable=False),
        sa.Column("filters", engine.foundation.store.types.Json(), nullable=False),
        sa.Column("shared_role", sa.String(length=30), nullable=True),
        sa.Column("shared_place", sa.String(length=40), nullable=True),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("created_at", engine.foundation.store.types.Instant(length=27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("owner", "list", "name", name=op.f("uq_saved_view_owner_list_name")),
    )
    with op.batch_alter_table("saved_view", schema=None) as batch_op:
        batch_op.create_index("ix_saved_view_shared", ["shared_place", "shared_role"])


def _tasks() -> None:
    """Each box of the inbox is one walk along one index, however many tasks there are."""
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index("ix_task_open")
        batch_op.drop_index("ix_task_holder")
        for name, columns, where in (
            ("ix_task_mine", ["holder", "opened_at", "id"], OPEN),
            ("ix_task_waiting", ["department", "role", "opened_at", "id"], WAITING),
            ("ix_task_place", ["department", "opened_at", "id"], OPEN),
        ):
            batch_op.create_index(name, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
