"""Contacts, consultations and calls."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant, root_column

contact = sa.Table(
    "contact",
    METADATA,
    root_column(primary_key=True),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("phone_sealed", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("item_code", sa.String(40)),
    sa.Column("first_responder", sa.String(40), nullable=False),
    sa.Column("responder", sa.String(40), nullable=False),
    sa.Column("offered_to", sa.String(40)),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("closed_at", Instant),
    sa.Column("answer", sa.Text),
    sa.Column("case_root", sa.String(80), sa.ForeignKey("root.id")),
    sa.Index("ix_contact_responder", "responder", "state"),
    sa.Index("ix_contact_offered_to", "offered_to"),
)
"""首问负责: ``state`` is open, answered, or applied (it became a case); the responder answers for it until then."""

consultation = sa.Table(
    "consultation",
    METADATA,
    root_column(primary_key=True),
    sa.Column("case_root", sa.String(80), sa.ForeignKey("root.id")),
    sa.Column("department", sa.String(40), nullable=False),
    sa.Column("title", sa.String(100), nullable=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("asked_by", sa.String(40), nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("due_on", sa.Date, nullable=False),
    sa.Column("answer", sa.Text),
    sa.Column("answered_by", sa.String(40)),
    sa.Column("answered_at", Instant),
    sa.Column("overdue_days", sa.Integer, nullable=False),
    sa.Index("ix_consultation_department", "department", "asked_at"),
    sa.Index("ix_consultation_asked_by", "asked_by", "asked_at"),
    sa.Index("ix_consultation_case_root", "case_root"),
)
"""咨询单 with the fields of GB/T 39046 table 10.

Title, who asks, content, source (the counter), time, the unit and the person that handle it, the answer, the promised
day, and the days overdue (working days, as of the answer).
"""

department_call = sa.Table(
    "department_call",
    METADATA,
    root_column(primary_key=True),
    sa.Column("purpose", sa.String(12), nullable=False),
    sa.Column("case_root", sa.String(80), sa.ForeignKey("root.id")),
    sa.Column("item_code", sa.String(40), nullable=False),
    sa.Column("department", sa.String(40), nullable=False),
    sa.Column("called_by", sa.String(40), nullable=False),
    sa.Column("called_at", Instant, nullable=False),
    sa.Column("request", sa.Text, nullable=False),
    sa.Column("way", sa.String(12)),
    sa.Column("answered_by", sa.String(40)),
    sa.Column("answered_at", Instant),
    sa.Column("minutes", sa.Integer),
    sa.Column("conclusion", sa.Text),
    sa.Index("ix_department_call_department", "department", "called_at"),
    sa.Index("ix_department_call_called_by", "called_by", "called_at"),
    sa.Index("ix_department_call_case_root", "case_root"),
)
"""呼叫部门: ``purpose`` is entrusted (委托收件 4.2.4) or guidance (预审辅导 6.1.7).

``way`` is onsite, phone or network.
"""
