"""Alembic's entry: runs on the connection and in the transaction that the caller holds."""

from __future__ import annotations

from typing import Any

from alembic import context

from engine.foundation.store.types import METADATA


def _ours(name: str | None, kind: str, parents: Any) -> bool:
    """Leave out of comparisons what search makes in each database's own way (FTS5 has tables of its own)."""
    return not (kind == "table" and (name or "").startswith("search_index"))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    include_name=_ours,
    transactional_ddl=True,
)
context.run_migrations()
