"""Persons, accounts and their proofs."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant

person = sa.Table(
    "person",
    METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(60), nullable=False),
)

account = sa.Table(
    "account",
    METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("person", sa.String(40), sa.ForeignKey("person.id"), nullable=False),
    sa.Column("password_hash", sa.String(200), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("demo", sa.Boolean, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("signed_in_at", Instant),
)
"""``state`` is active or disabled."""

account_role = sa.Table(
    "account_role",
    METADATA,
    sa.Column("account", sa.String(40), sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("role", sa.String(30), primary_key=True),
    sa.Column("department", sa.String(40), sa.ForeignKey("department.key"), primary_key=True),
    sa.Column("valid_from", Instant, nullable=False),
    sa.Column("valid_until", Instant),
)

session = sa.Table(
    "session",
    METADATA,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(40), sa.ForeignKey("account.id"), nullable=False),
    sa.Column("csrf", sa.String(64), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Index("ix_session_account", "account"),
)

api_token = sa.Table(
    "api_token",
    METADATA,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(40), sa.ForeignKey("account.id"), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
)
