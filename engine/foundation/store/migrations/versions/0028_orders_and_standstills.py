"""督办单 and what is answered to them; standstills and their cases; how the clock stands by which a case is listed"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.foundation.store.types import Instant, Json

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Apply."""
    _orders()
    _lights()
    _standstills()


def _orders() -> None:
    op.create_table(
        "supervision_order",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("clock_id", sa.String(length=120), nullable=True),
        sa.Column("rule_no", sa.String(length=40), nullable=True),
        sa.Column("due", sa.String(length=20), nullable=True),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("issued_at", Instant(), nullable=False),
        sa.Column("issued_by", sa.String(length=40), nullable=False),
        sa.Column("response_clock", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("state_at", Instant(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False, server_default=""),
        sa.Column("ended_by", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_supervision_order_root_id_root")),
        sa.ForeignKeyConstraint(["clock_id"], ["clock.id"], name=op.f("fk_supervision_order_clock_id_clock")),
        sa.ForeignKeyConstraint(
            ["response_clock"], ["clock.id"], name=op.f("fk_supervision_order_response_clock_clock")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_order")),
        sa.UniqueConstraint("number", name=op.f("uq_supervision_order_number")),
        sa.UniqueConstraint("clock_id", "rule_no", "due", name=op.f("uq_supervision_order_clock_id_rule_no_due")),
    )
    op.create_index("ix_supervision_order_issued_at", "supervision_order", ["issued_at", "id"])
    op.create_index("ix_supervision_order_state", "supervision_order", ["state", "issued_at", "id"])
    op.create_index(
        "ix_supervision_order_department", "supervision_order", ["department", "state", "issued_at", "id"]
    )
    op.create_index("ix_supervision_order_root_id", "supervision_order", ["root_id"])
    op.create_table(
        "order_answer",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=True),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("sent_back", sa.Text(), nullable=True),
        sa.Column("sent_back_by", sa.String(length=40), nullable=True),
        sa.Column("sent_back_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_order_answer_root_id_root")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["supervision_order.id"], name=op.f("fk_order_answer_order_id_supervision_order")
        ),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("pk_order_answer")),
    )


def _lights() -> None:
    """Note in the list how the clock of each case stands, as the listing room does at every event about a clock."""
    counted, paused = sa.text("standing <> ''"), sa.text("standing = 'paused'")
    with op.batch_alter_table("case_listing") as batch_op:
        batch_op.add_column(sa.Column("standing", sa.String(length=8), nullable=False, server_default=""))
    op.create_index(
        "ix_case_listing_lights", "case_listing", ["department", "item_code", "standing", "due_on"],
        sqlite_where=counted, postgresql_where=counted,
    )  # fmt: skip
    op.create_index(
        "ix_case_listing_paused", "case_listing", ["received_at", "root_id"],
        sqlite_where=paused, postgresql_where=paused,
    )  # fmt: skip
    columns = ("root_id", "kind", "number", "state", "excused", "lapsed", "due_on")
    clock = sa.table("clock", *(sa.column(name) for name in columns))
    # The promise comes after the notice: the later row of a case says how it stands; and where a promise is excused,
    # the limit of the law does once it is over.
    order = sa.case({"correction_notice": 0, "commitment": 1, "statutory": 2}, value=clock.c.kind)
    measured = sa.select(clock).where(clock.c.kind.in_(["commitment", "correction_notice", "statutory"]))
    standing: dict[str, str] = {}
    law: dict[str, Any] = {}
    connection = op.get_bind()
    for row in connection.execute(measured.order_by(clock.c.root_id, order, clock.c.number)):
        if row.kind != "statutory":
            running = "excused" if row.excused else "running"
            standing[row.root_id] = {"running": running, "paused": "paused"}.get(row.state, "")
        elif standing.get(row.root_id) == "excused" and row.state == "running" and row.lapsed:
            law[row.root_id] = row.due_on
    listing = sa.table("case_listing", sa.column("root_id"), sa.column("standing"), sa.column("due_on"))
    change = listing.update().where(listing.c.root_id == sa.bindparam("of_root"))
    rows = [{"of_root": root, "stands": stands} for root, stands in standing.items() if stands]
    if rows:
        connection.execute(change.values(standing=sa.bindparam("stands")), rows)
    late = [{"of_root": root, "on_day": due_on} for root, due_on in law.items()]
    if late:
        connection.execute(change.values(standing="running", due_on=sa.bindparam("on_day")), late)


def _standstills() -> None:
    op.create_table(
        "standstill",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("document_no", sa.String(length=120), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("departments", Json(), nullable=False),
        sa.Column("items", Json(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("drafted_by", sa.String(length=40), nullable=False),
        sa.Column("drafted_person", sa.String(length=40), nullable=False),
        sa.Column("drafted_at", Instant(), nullable=False),
        sa.Column("approved_by", sa.String(length=40), nullable=True),
        sa.Column("approved_at", Instant(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("end_document_no", sa.String(length=120), nullable=False, server_default=""),
        sa.Column("end_day", sa.Date(), nullable=True),
        sa.Column("end_drafted_by", sa.String(length=40), nullable=True),
        sa.Column("end_drafted_person", sa.String(length=40), nullable=True),
        sa.Column("end_drafted_at", Instant(), nullable=True),
        sa.Column("end_approved_by", sa.String(length=40), nullable=True),
        sa.Column("end_approved_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standstill")),
    )
    op.create_table(
        "standstill_case",
        sa.Column("standstill_id", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("clocks", sa.Integer(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["standstill_id"], ["standstill.id"], name=op.f("fk_standstill_case_standstill_id_standstill")
        ),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_standstill_case_root_id_root")),
        sa.PrimaryKeyConstraint("standstill_id", "root_id", name=op.f("pk_standstill_case")),
    )
    op.create_index("ix_standstill_case_state", "standstill_case", ["standstill_id", "state", "root_id"])
