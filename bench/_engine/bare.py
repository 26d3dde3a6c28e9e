"""What a step cost the database: its own statements, recorded, and replayed with ready values on the twin."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.foundation.store.behind import put
from engine.foundation.store.database import Database

Statement = tuple[Any, Any, bool]
"""A statement as SQLAlchemy was given it (one that was ready: its text), its values, and whether it went out together
with others."""


class Recorder:
    """Writes down every statement of a database while it is told to."""

    def __init__(self, database: Database) -> None:
        """Watch ``database``."""
        self.on = False
        self.statements: list[Statement] = []
        self.sent = 0
        self._trips = 0
        self._together = False
        sa.event.listen(database._writer, "before_execute", self._note)
        sa.event.listen(database._writer, "before_cursor_execute", self._count)

    def _note(self, connection: Any, statement: Any, many: Any, one: Any, _options: Any) -> None:
        if self.on:
            self.statements.append((statement, many or one, _in_pipeline(connection)))

    def _count(self, connection: Any, _cursor: Any, text: str, values: Any, context: Any, _many: bool) -> None:
        if not self.on or text.startswith("BEGIN"):
            return
        if context.compiled is None:
            self.statements.append((text, values, False))
        together = _in_pipeline(connection)
        self.sent += 1
        # What goes out together is one round trip.
        self._trips += not (together and self._together)
        self._together = together

    def take(self) -> tuple[list[Statement], int, int]:
        """Return the statements since the last time, how many there were, and in how many round trips they went."""
        found = (self.statements, self.sent, self._trips)
        self.statements, self.sent, self._trips, self._together = [], 0, 0, False
        return found


def _in_pipeline(connection: Any) -> bool:
    state = getattr(getattr(connection.connection.driver_connection, "pgconn", None), "pipeline_status", 0)
    return bool(state)


def replay(database: Database, statements: list[Statement], *, together: bool = True) -> None:
    """Carry out ``statements`` in one transaction; those that went out together do so again, unless told otherwise."""
    with database.writing() as connection:
        for statement, values, was_together in statements:
            if isinstance(statement, str):
                connection.exec_driver_sql(statement, values)
            elif was_together and together:
                put(connection, statement, values)
            else:
                result = connection.execute(statement, values)
                if result.returns_rows:
                    result.all()
