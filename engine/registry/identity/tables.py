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
    sa.Column("signed_in_address", sa.String(45)),
    sa.Column("password_at", Instant),
    sa.Column("must_change", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("failed_since", sa.Integer, nullable=False, server_default="0"),
)
"""``state`` is active or disabled.  ``password_at`` is when the password was set (empty: with the account);
``must_change``: somebody else knows it; ``failed_since`` counts failed sign-ins since the last one that succeeded."""

password_past = sa.Table(
    "password_past",
    METADATA,
    sa.Column("account", sa.String(40), sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("password_hash", sa.String(200), nullable=False),
    sa.Column("set_at", Instant, nullable=False),
)
"""The passwords an account had lately, the present one among them: none of them may be chosen again."""

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
    sa.Column("address", sa.String(45)),
    sa.Column("agent", sa.String(80)),
    sa.Column("previous_at", Instant),
    sa.Column("previous_address", sa.String(45)),
    sa.Column("failed_before", sa.Integer),
    sa.Column("ended_before", sa.Integer),
    sa.Index("ix_session_account", "account"),
    sa.Index("ix_session_ends_at", "ends_at"),
)
"""``created_at`` is the house's time, ``seen_at`` and ``ends_at`` the machine's.  ``previous_…`` and ``failed_before``
are the sign-in before this one and the tries that failed since; ``ended_before`` the sessions that had to make room."""

api_token = sa.Table(
    "api_token",
    METADATA,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(40), sa.ForeignKey("account.id"), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
)
