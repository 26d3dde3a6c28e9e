"""Second factors and recovery codes."""

from __future__ import annotations

import sqlalchemy as sa

from engine.foundation.store.types import METADATA, Instant

second_factor = sa.Table(
    "second_factor",
    METADATA,
    sa.Column("account", sa.String(40), sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("counter", sa.Integer, nullable=False),
    sa.Column("enrolled_at", Instant, nullable=False),
)
"""``sealed`` is the secret under the vault's key; ``counter`` the last time step whose code was used."""

recovery_code = sa.Table(
    "recovery_code",
    METADATA,
    sa.Column("account", sa.String(40), sa.ForeignKey("account.id"), primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("used_at", Instant),
)
"""``digest`` is keyed by the vault: the codes themselves are nowhere."""
