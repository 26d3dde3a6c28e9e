"""Applicants, applications and cases."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, Json, root_column

applicant = sa.Table(
    "applicant",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("id_kind", sa.String(20), nullable=False),
    sa.Column("id_sealed", sa.Text, nullable=False),
    sa.Column("id_index", sa.String(64), nullable=False),
    sa.Column("phone_sealed", sa.Text, nullable=False),
    sa.Column("phone_index", sa.String(64), nullable=False),
    sa.Column("address_sealed", sa.Text),
    sa.Column("contact_name", sa.String(60)),
    sa.Column("legal_representative", sa.String(60)),
    sa.Column("created_at", Instant, nullable=False),
    sa.Index("ix_applicant_id_index", "id_index"),
    sa.Index("ix_applicant_phone_index", "phone_index"),
)
"""Identity number, phone and address lie sealed; the blind indexes find an exact number again."""

application = sa.Table(
    "application",
    METADATA,
    sa.Column("id", sa.String(26), primary_key=True),
    sa.Column("applicant_id", sa.String(26), sa.ForeignKey("applicant.id"), nullable=False),
    sa.Column("channel", sa.String(4), nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("first_responder", sa.String(40), nullable=False),
    sa.Column("receive_region", sa.String(6), nullable=False),
    sa.Column("note", sa.Text),
)
"""One submission; it may hold several cases.  ``channel`` is GB/T 39046 A.5 (1 窗口 2 PC 3 移动 4 快递 9 其他)."""

case_file = sa.Table(
    "case_file",
    METADATA,
    root_column(primary_key=True),
    sa.Column("case_no", sa.String(43), nullable=False, unique=True),
    sa.Column("application_id", sa.String(26), sa.ForeignKey("application.id"), nullable=False),
    sa.Column("applicant_id", sa.String(26), sa.ForeignKey("applicant.id"), nullable=False),
    sa.Column("applicant_name", sa.String(120), nullable=False),
    sa.Column("item_code", sa.String(40), nullable=False),
    sa.Column("item_name", sa.String(120), nullable=False),
    sa.Column("item_digest", sa.String(64), sa.ForeignKey("item_version.digest"), nullable=False),
    sa.Column("release_id", sa.String(64), sa.ForeignKey("release.id"), nullable=False),
    sa.Column("case_type", sa.String(20), nullable=False),
    sa.Column("department", sa.String(40), nullable=False),
    sa.Column("status", sa.String(24), nullable=False),
    sa.Column("channel", sa.String(4), nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("first_responder", sa.String(40), nullable=False),
    sa.Column("receive_region", sa.String(6), nullable=False),
    sa.Column("handle_region", sa.String(6), nullable=False),
    sa.Column("visits", sa.Integer, nullable=False),
    sa.Column("accepted_at", Instant),
    sa.Column("accepted_on", sa.Date),
    sa.Column("accepted_by", sa.String(40)),
    sa.Column("deemed", sa.Boolean, nullable=False),
    sa.Column("delay_reason", sa.Text),
    sa.Column("excluded_procedures", Json, nullable=False),
    sa.Column("decision", sa.String(12)),
    sa.Column("decided_at", Instant),
    sa.Column("decided_by", sa.String(40)),
    sa.Column("result_handed_over_at", Instant),
    sa.Column("result_signed_at", Instant),
    sa.Column("delivered_at", Instant),
    sa.Column("closed_at", Instant),
    sa.Column("outcome", sa.String(12)),
    sa.Index("ix_case_file_status", "status"),
    sa.Index("ix_case_file_department", "department", "created_at"),
    sa.Index("ix_case_file_applicant_id", "applicant_id"),
    sa.Index("ix_case_file_application_id", "application_id"),
    sa.Index("ix_case_file_running", "item_code", "release_id",
             sqlite_where=sa.text("outcome IS NULL"), postgresql_where=sa.text("outcome IS NULL")),
    sa.Index("ix_case_file_accepted_on", "accepted_on"),
    sa.Index("ix_case_file_decided_at", "decided_at"),
)

case_counter = sa.Table(
    "case_counter",
    METADATA,
    sa.Column("implement_code", sa.String(31), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)
