"""Alembic's entry: runs on the connection and in the transaction that the caller holds."""

from __future__ import annotations

from alembic import context

from engine.foundation.store.types import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
