"""What a database in trouble means, whichever of the two it is."""

from __future__ import annotations

import errno
import sqlite3

from sqlalchemy.exc import SQLAlchemyError

_DISK_FULL = "53100"
"""PostgreSQL's own name for a full disk."""


def is_trouble(error: BaseException) -> bool:
    """Tell whether the database, or the way to it, has failed."""
    return isinstance(error, (SQLAlchemyError, sqlite3.Error))


def is_full(error: BaseException) -> bool:
    """Tell whether there was no room to write: on SQLite's disk, on PostgreSQL's, or on this program's own."""
    origin = getattr(error, "orig", None) or error
    return (
        getattr(origin, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
        or "disk is full" in str(origin)
        or getattr(origin, "sqlstate", None) == _DISK_FULL
        or getattr(origin, "errno", None) in {errno.ENOSPC, errno.EDQUOT}
    )


def first_line(error: BaseException) -> str:
    """Return what the database itself said, without the statement and its values."""
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
