"""couriers, electronic delivery, custody of originals"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.foundation.store.types import Instant, Json

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("result", schema=None) as batch_op:
        batch_op.add_column(sa.Column("document_id", sa.String(length=26), nullable=True))
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("relation", sa.String(length=60), nullable=True))
    _delivering()
    _shipping()
    _custody()


def _root() -> sa.Column[str]:
    return sa.Column("root_id", sa.String(length=80), nullable=False)


def _root_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f(f"fk_{table}_root_id_root"))


def _delivering() -> None:
    op.create_table(
        "delivery_choice",
        _root(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(length=27), nullable=False),
        _root_key("delivery_choice"),
        sa.PrimaryKeyConstraint("root_id", "number", name=op.f("pk_delivery_choice")),
    )
    op.create_table(
        "chase",
        _root(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(length=27), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        _root_key("chase"),
        sa.PrimaryKeyConstraint("root_id", "number", name=op.f("pk_chase")),
    )
    op.create_table(
        "applicant_message",
        sa.Column("id", sa.String(length=26), nullable=False),
        _root(),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("to_sealed", sa.Text(), nullable=False),
        sa.Column("text_sealed", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("at", Instant(length=27), nullable=False),
        sa.Column("sent_at", Instant(length=27), nullable=True),
        sa.Column("reference", sa.String(length=80), nullable=True),
        _root_key("applicant_message"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applicant_message")),
    )
    with op.batch_alter_table("applicant_message", schema=None) as batch_op:
        batch_op.create_index("ix_applicant_message_root_id", ["root_id", "at"], unique=False)
    op.create_table(
        "e_delivery",
        sa.Column("id", sa.String(length=26), nullable=False),
        _root(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("code_index", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("published_at", Instant(length=27), nullable=False),
        sa.Column("published_by", sa.String(length=40), nullable=False),
        sa.Column("wrong_tries", sa.Integer(), nullable=False),
        sa.Column("locked_until", Instant(length=27), nullable=True),
        sa.Column("read_at", Instant(length=27), nullable=True),
        sa.Column("reader_index", sa.String(length=64), nullable=True),
        sa.Column("document_id", sa.String(length=26), nullable=True),
        _root_key("e_delivery"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_e_delivery")),
        sa.UniqueConstraint("root_id", "number", name=op.f("uq_e_delivery_root_id_number")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_e_delivery_token_hash")),
    )


def _shipping() -> None:
    op.create_table(
        "shipment",
        sa.Column("id", sa.String(length=60), nullable=False),
        _root(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("way", sa.String(length=10), nullable=False),
        sa.Column("recipient_sealed", sa.Text(), nullable=False),
        sa.Column("contents", Json(), nullable=False),
        sa.Column("courier", sa.String(length=60), nullable=True),
        sa.Column("tracking_no", sa.String(length=60), nullable=True),
        sa.Column("cost_fen", sa.Integer(), nullable=False),
        sa.Column("fee_to_applicant", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=40), nullable=False),
        sa.Column("created_at", Instant(length=27), nullable=False),
        sa.Column("ordered_at", Instant(length=27), nullable=True),
        sa.Column("closed_at", Instant(length=27), nullable=True),
        sa.Column("signed_by", sa.String(length=60), nullable=True),
        sa.Column("last_note", sa.Text(), nullable=True),
        sa.Column("document_id", sa.String(length=26), nullable=True),
        sa.Column("poll_at", Instant(length=27), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        _root_key("shipment"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment")),
        sa.UniqueConstraint("root_id", "number", name=op.f("uq_shipment_root_id_number")),
    )
    with op.batch_alter_table("shipment", schema=None) as batch_op:
        batch_op.create_index("ix_shipment_poll_at", ["poll_at"], unique=False)
    op.create_table(
        "shipment_event",
        _root(),
        sa.Column("shipment_id", sa.String(length=60), nullable=False),
        sa.Column("event_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", Instant(length=27), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("signed_by", sa.String(length=60), nullable=False),
        sa.Column("via", sa.String(length=10), nullable=False),
        sa.Column("received_at", Instant(length=27), nullable=False),
        _root_key("shipment_event"),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipment.id"], name=op.f("fk_shipment_event_shipment_id_shipment")),
        sa.PrimaryKeyConstraint("shipment_id", "event_id", name=op.f("pk_shipment_event")),
    )


def _custody() -> None:
    op.create_table(
        "paper_difference",
        _root(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("handover", sa.Integer(), nullable=False),
        sa.Column("material_no", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("copies_sent", sa.Integer(), nullable=False),
        sa.Column("copies_received", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("noted_by", sa.String(length=40), nullable=False),
        sa.Column("noted_at", Instant(length=27), nullable=False),
        sa.Column("document_id", sa.String(length=26), nullable=True),
        sa.Column("resolution", sa.String(length=12), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=True),
        sa.Column("proposed_by", sa.String(length=40), nullable=True),
        sa.Column("proposed_at", Instant(length=27), nullable=True),
        sa.Column("confirmed_by", sa.String(length=40), nullable=True),
        sa.Column("confirmed_at", Instant(length=27), nullable=True),
        _root_key("paper_difference"),
        sa.PrimaryKeyConstraint("root_id", "number", name=op.f("pk_paper_difference")),
    )
    op.create_table(
        "handover_refusal",
        _root(),
        sa.Column("handover", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(length=27), nullable=False),
        _root_key("handover_refusal"),
        sa.PrimaryKeyConstraint("root_id", "handover", name=op.f("pk_handover_refusal")),
    )
    op.create_table(
        "custody_exception",
        _root(),
        sa.Column("material_no", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(length=27), nullable=False),
        _root_key("custody_exception"),
        sa.PrimaryKeyConstraint("root_id", "material_no", name=op.f("pk_custody_exception")),
    )
