"""Counting what is asked of the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine


@contextmanager
def statements(connection: Connection | type[Engine]) -> Iterator[list[str]]:
    """Give a list that gathers the statements carried out on ``connection`` meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    sa.event.listen(connection, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(connection, "before_cursor_execute", note)


def every_statement() -> AbstractContextManager[list[str]]:
    """Give a list that gathers the statements carried out on any connection meanwhile."""
    return statements(Engine)
