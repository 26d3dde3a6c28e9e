"""Rows of archive files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.casework.archive.tables import archive_file
from engine.foundation.store.portable import insert_or_update
from engine.foundation.store.unit import Unit


@dataclass(frozen=True)
class ArchiveFile:
    """What was filed."""

    root_id: str
    pages: Mapping[str, Any] | None
    collated_by: str | None
    collated_at: datetime | None
    retention: str | None
    archive_no: str | None
    conclusion: str | None
    archived_by: str | None
    archived_at: datetime | None
    outcome: str | None
    decided_at: datetime | None


def archive_of(connection: Connection, root_id: str) -> ArchiveFile | None:
    """Return what was filed of a case, or None."""
    row = connection.execute(sa.select(archive_file).where(archive_file.c.root_id == root_id)).one_or_none()
    return None if row is None else ArchiveFile(*row)


def set_archive(unit: Unit, root_id: str, **values: Any) -> None:
    """Insert or set columns of the case's archive file."""
    insert_or_update(unit.connection, archive_file, {"root_id": root_id, **values}, ["root_id"])
