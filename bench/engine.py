"""流程引擎：一步办理与裸事务之比（两种数据库、热和冷）、与原版 SpiffWorkflow 之比、增长、并发、语句数。

A *step* is ``door.execute(CompleteTask)`` whole.  *Bare* is the very statements that the step sent, recorded, and
carried out once more on a copy of the database by the same kind of SQLAlchemy connection, with ready values; writes
that went out together (PostgreSQL's pipeline) do so there, too.  Step and bare take turns, statement for statement.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from bench._engine import alone, clients, profile, steps
from bench._engine.houses import place, postgres_server


def run(*, quick: bool) -> dict[str, Any]:
    """Return the figures by part; every ratio was taken side by side in this run."""
    cases, rounds = (4, 5) if quick else (60, 100)
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, postgres_server() as postgres:
        durable = {}
        for name, dialect in (("sqlite_full", "sqlite"), ("postgresql", "postgresql")):
            with place(dialect, Path(folder), postgres) as made:
                durable[name] = steps.durable(made, cases)
                durable[name]["profile"] = profile.parts(made, cases // 4)
        figures["durable_step"] = durable
        figures["cost"] = {
            key: durable["postgresql"].pop(key) for key in ("statements", "round_trips", "wal_ratio")
        }
        for key in ("round_trips", "wal_ratio"):
            del durable["sqlite_full"][key]
        figures["vs_stock"] = alone.against_stock(rounds)
        with place("sqlite", Path(folder), None) as made:
            figures["growth"] = steps.growth(made, 100 if quick else 2_000)
            figures["mi_growth"] = steps.long_list(made, 50 if quick else 500)
        figures["snapshot"] = alone.snapshot()
        figures["memory"] = alone.memory(50 if quick else 500)
        with place("postgresql", Path(folder), postgres) as made:
            figures["concurrency"] = clients.measured(made, 2 if quick else 15)
    return figures
