"""A full disk is told from other trouble, on both databases, and on the program's own disk."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from engine.foundation.errors import why
from engine.foundation.store.failures import first_line, is_full, is_trouble


def wrapped(error: BaseException) -> OperationalError:
    return OperationalError("INSERT INTO applicant …", {}, error)


def full_sqlite(path: Path) -> sqlite3.OperationalError:
    """Fill a real database up to a limit of its pages."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.execute("PRAGMA max_page_count=3")
        with pytest.raises(sqlite3.OperationalError) as raised:
            connection.execute("INSERT INTO t VALUES (zeroblob(100000))")
    return raised.value


def test_no_room_is_no_room_wherever_it_is_wanted(tmp_path: Path):
    for error in (
        full_sqlite(tmp_path / "full.db"), psycopg.errors.DiskFull("could not extend file"),
        OSError(errno.ENOSPC, "No space left on device"),
    ):  # fmt: skip
        assert is_full(error)
        assert is_full(wrapped(error))


def test_other_trouble_is_not_taken_for_a_full_disk():
    others = [sqlite3.OperationalError("database is locked"), psycopg.errors.DeadlockDetected("deadlock"), ValueError()]
    assert not any(is_full(one) or is_full(wrapped(one)) for one in others)
    assert is_trouble(others[0]) and is_trouble(wrapped(others[1])) and not is_trouble(others[2])


def test_of_a_statement_only_what_the_database_said_is_told():
    assert first_line(wrapped(sqlite3.OperationalError("no such table: x\nmore"))) == "no such table: x"
    assert first_line(wrapped(ValueError())) == "OperationalError"


def test_why_a_file_cannot_be_written_is_said_in_words():
    assert why(PermissionError(errno.EACCES, "Permission denied")) == "没有权限"
    assert why(OSError(errno.ELOOP, "Too many levels")) == "Too many levels"
    assert why(OSError()) == "OSError"
