"""Column types and the one MetaData that every room's tables stand on."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect

from engine.foundation.clock import from_utc_text, utc_text

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(sa.types.TypeDecorator[datetime]):
    """An aware UTC instant: ``timestamptz`` on PostgreSQL, sortable text on SQLite."""

    impl = sa.String(27)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """Choose the column type of the dialect."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(sa.String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse naive times: an instant without a zone is a wrong deadline waiting to happen."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must carry its zone")
        return value.astimezone(UTC) if dialect.name == "postgresql" else utc_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return an aware UTC datetime."""
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return from_utc_text(value)


class Json(sa.types.TypeDecorator[Any]):
    """JSON kept as text on both databases, so that what is read is byte for byte what was written."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write compact JSON with sorted keys."""
        if value is None:
            return None
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Read it back."""
        return None if value is None else json.loads(value)


def root_column(*, primary_key: bool = False) -> sa.Column[str]:
    """Return the ``root_id`` column which every row of a case carries (also the shard key)."""
    return sa.Column("root_id", sa.String(80), sa.ForeignKey("root.id"), nullable=False, primary_key=primary_key)
