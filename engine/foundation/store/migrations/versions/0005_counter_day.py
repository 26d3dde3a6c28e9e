"""applications of several items, consultations, messages"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.foundation.store.types import Instant, Json

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Apply."""
    _receipt()
    _counselling()
    _messages()
    _shift()
    _sharing()


def _receipt() -> None:
    op.create_table(
        "case_origin",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("window", sa.String(length=20), nullable=True),
        sa.Column("remote_mode", sa.String(length=12), nullable=False),
        sa.Column("mail_no", sa.String(length=40), nullable=True),
        sa.Column("mail_witness", sa.String(length=40), nullable=True),
        sa.Column("mail_listed", sa.Integer(), nullable=True),
        sa.Column("mail_found", sa.Integer(), nullable=True),
        sa.Column("offline_register_no", sa.String(length=40), nullable=True),
        sa.Column("offline_reason", sa.Text(), nullable=True),
        sa.Column("offline_state", sa.String(length=12), nullable=True),
        sa.Column("recorded_by_person", sa.String(length=40), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=True),
        sa.Column("decided_at", Instant(length=27), nullable=True),
        sa.Column("decided_note", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_case_origin_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_case_origin")),
    )
    op.create_index("ix_case_origin_offline_state", "case_origin", ["offline_state"], unique=False)
    op.create_table(
        "case_agent",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("id_sealed", sa.Text(), nullable=False),
        sa.Column("id_index", sa.String(length=64), nullable=False),
        sa.Column("phone_sealed", sa.Text(), nullable=False),
        sa.Column("letter", Json(), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_case_agent_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_case_agent")),
    )
    op.create_index("ix_case_agent_id_index", "case_agent", ["id_index"], unique=False)
    op.create_table(
        "hall_visit",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", Instant(length=27), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_hall_visit_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "number", name=op.f("pk_hall_visit")),
    )
    op.create_table(
        "reused_file",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("source_root", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_reused_file_root_id_root")),
        sa.ForeignKeyConstraint(["source_root"], ["root.id"], name=op.f("fk_reused_file_source_root_root")),
        sa.PrimaryKeyConstraint("root_id", "no", "digest", name=op.f("pk_reused_file")),
    )
    op.create_table(
        "window_seat",
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("window", sa.String(length=20), nullable=False),
        sa.Column("since", Instant(length=27), nullable=False),
        sa.ForeignKeyConstraint(["window"], ["service_window.id"], name=op.f("fk_window_seat_window_service_window")),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_window_seat")),
    )


def _counselling() -> None:
    op.create_table(
        "contact",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("phone_sealed", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("item_code", sa.String(length=40), nullable=True),
        sa.Column("first_responder", sa.String(length=40), nullable=False),
        sa.Column("responder", sa.String(length=40), nullable=False),
        sa.Column("offered_to", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_at", Instant(length=27), nullable=False),
        sa.Column("closed_at", Instant(length=27), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("case_root", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["case_root"], ["root.id"], name=op.f("fk_contact_case_root_root")),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_contact_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_contact")),
    )
    op.create_index("ix_contact_responder", "contact", ["responder", "state"], unique=False)
    op.create_index("ix_contact_offered_to", "contact", ["offered_to"], unique=False)
    op.create_table(
        "consultation",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("case_root", sa.String(length=80), nullable=True),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", Instant(length=27), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.String(length=40), nullable=True),
        sa.Column("answered_at", Instant(length=27), nullable=True),
        sa.Column("overdue_days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_root"], ["root.id"], name=op.f("fk_consultation_case_root_root")),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_consultation_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_consultation")),
    )
    op.create_index("ix_consultation_department", "consultation", ["department", "asked_at"], unique=False)
    op.create_index("ix_consultation_asked_by", "consultation", ["asked_by", "asked_at"], unique=False)
    op.create_index("ix_consultation_case_root", "consultation", ["case_root"], unique=False)
    op.create_table(
        "department_call",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("case_root", sa.String(length=80), nullable=True),
        sa.Column("item_code", sa.String(length=40), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("called_by", sa.String(length=40), nullable=False),
        sa.Column("called_at", Instant(length=27), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("way", sa.String(length=12), nullable=True),
        sa.Column("answered_by", sa.String(length=40), nullable=True),
        sa.Column("answered_at", Instant(length=27), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("conclusion", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_root"], ["root.id"], name=op.f("fk_department_call_case_root_root")),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_department_call_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", name=op.f("pk_department_call")),
    )
    op.create_index("ix_department_call_department", "department_call", ["department", "called_at"], unique=False)
    op.create_index("ix_department_call_called_by", "department_call", ["called_by", "called_at"], unique=False)
    op.create_index("ix_department_call_case_root", "department_call", ["case_root"], unique=False)


def _messages() -> None:
    op.create_table(
        "message",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("sender", sa.String(length=40), nullable=False),
        sa.Column("to_account", sa.String(length=40), nullable=True),
        sa.Column("to_role", sa.String(length=30), nullable=True),
        sa.Column("to_department", sa.String(length=40), nullable=True),
        sa.Column("case_root", sa.String(length=80), nullable=True),
        sa.Column("reply_to", sa.String(length=26), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("at", Instant(length=27), nullable=False),
        sa.ForeignKeyConstraint(["case_root"], ["root.id"], name=op.f("fk_message_case_root_root")),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_message_root_id_root")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index("ix_message_root_id", "message", ["root_id"], unique=False)
    op.create_index("ix_message_to_account", "message", ["to_account", "at"], unique=False)
    op.create_index("ix_message_desk", "message", ["to_department", "to_role", "at"], unique=False)
    op.create_index("ix_message_sender", "message", ["sender", "at"], unique=False)
    op.create_index("ix_message_at", "message", ["at"], unique=False)
    op.create_table(
        "message_read",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("message_id", sa.String(length=26), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(length=27), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_read_message_id_message")),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_message_read_root_id_root")),
        sa.PrimaryKeyConstraint("message_id", "account", name=op.f("pk_message_read")),
    )


def _shift() -> None:
    op.create_table(
        "draft_copy",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("task_id", sa.String(length=60), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("giver", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("at", Instant(length=27), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_draft_copy_root_id_root")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_draft_copy_task_id_task")),
        sa.PrimaryKeyConstraint("task_id", "account", "giver", name=op.f("pk_draft_copy")),
    )


def _sharing() -> None:
    op.create_table(
        "shared_material",
        sa.Column("root_id", sa.String(length=80), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(length=27), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["root.id"], name=op.f("fk_shared_material_root_id_root")),
        sa.PrimaryKeyConstraint("root_id", "no", "department", name=op.f("pk_shared_material")),
    )
    op.create_index("ix_shared_material_department", "shared_material", ["department", "at"], unique=False)
