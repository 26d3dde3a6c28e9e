"""A herd of deadlines and timers that are not due yet, or all at once, put into the rows by one statement each."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from engine.door import Door
from engine.foundation.clock import utc_text
from engine.process.clocks.tables import clock

ROOT = "case:herd"
CLOCK = f"{ROOT}:correction_notice:1"
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {last})"


def add_herd(door: Door, first: int, last: int, begins: datetime) -> None:
    """Add a deadline and a timer for each number from ``first`` up to ``last``, a second apart from ``begins`` on."""
    postgres = door.database.dialect == "postgresql"
    if postgres:
        due = f"timestamptz '{begins.astimezone(UTC).isoformat()}' + i * interval '1 second'"
    else:
        due = f"strftime('%Y-%m-%dT%H:%M:%f000Z', '{utc_text(begins)}', '+' || i || ' seconds')"
    numbers = NUMBERS.format(first=first, last=last)
    with door.housekeeping() as connection:
        if first == 0:
            connection.exec_driver_sql(
                f"INSERT INTO root (id, kind, version, seq, head) VALUES ('{ROOT}', 'case', 0, 0, '{'0' * 64}')"
            )
            connection.execute(clock.insert().values(_clock()))
        connection.exec_driver_sql(
            "INSERT INTO deadline (id, root_id, clock_id, effect, due_at, wake_at, state, attempts) "
            f"{numbers} SELECT '{CLOCK}:' || i, '{ROOT}', '{CLOCK}', 'reminder', {due}, {due}, 'open', 0 FROM n"
        )
        connection.exec_driver_sql(
            "INSERT INTO timer (root_id, run, task_no, element, due_at, wake_at, attempts) "
            f"{numbers} SELECT '{ROOT}', i / 3, i, 'bt_look', {due}, {due}, 0 FROM n"
        )
    # Statistics are there on any server that has run for a while.
    with door.database._writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if postgres:
            connection.exec_driver_sql("ANALYZE deadline, timer, clock")


def _clock() -> dict[str, object]:
    known: dict[str, object] = {
        "id": CLOCK, "root_id": ROOT, "kind": "correction_notice", "number": 1, "state": "running", "rule": "(P,R]",
        "provisional": False, "reminder_days": 0, "overdue": [], "lapsed": False, "acts": False,
    }  # fmt: skip
    return {one.name: known.get(one.name, sa.null()) for one in clock.c if one.name in known or one.nullable}
