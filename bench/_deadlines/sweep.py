"""The sweep: with a million open deadlines and timers against a thousand, and delivering against its bare statements.

Idle: two houses of the same make, one with few rows and one with many, swept in turns; nothing is due in either.
Firing: ten thousand clock boundaries with their step of the process, whole (pages and all) and from cold, against the
very statements that each delivery sent, once more on a copy of the database, in turns.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench._deadlines._due import cases_due, fired
from bench._engine.bare import Recorder, replay
from bench._engine.houses import Place, place, postgres_server
from deadlines.runner.sweeper import sweep
from tests.support.herd import add_herd
from tests.support.postgres import PostgresServer

FEW = 1_000
WARM = 20
"""So many deliveries go by before it counts."""


def measure(*, quick: bool) -> dict[str, Any]:
    """Return both ratios on both databases; ``idle_ratio`` and ``fire_ratio`` are the worse of the two."""
    many, due, rounds = (20_000, 120, 20) if quick else (1_000_000, 10_000, 100)
    idle, fire = {}, {}
    with tempfile.TemporaryDirectory() as folder, postgres_server() as postgres:
        for dialect in ("sqlite", "postgresql"):
            idle[dialect] = _idle(dialect, Path(folder), postgres, many, rounds)
            with place(dialect, Path(folder), postgres, cases_due(due)) as full:
                fire[dialect] = _fire(full, due)
    return {
        "idle_ratio": max(one["ratio"] for one in idle.values()),
        "fire_ratio": max(one["ratio"] for one in fire.values()),
        "idle": idle,
        "fire": fire,
    }


def _idle(dialect: str, folder: Path, postgres: PostgresServer, many: int, rounds: int) -> dict[str, Any]:
    with place(dialect, folder, postgres) as small, place(dialect, folder, postgres) as large:
        begins = small.door.now() + timedelta(hours=1)
        add_herd(small.door, 0, FEW, begins)
        add_herd(large.door, 0, many, begins)
        times: dict[str, list[float]] = {"few": [], "many": []}
        for number in range(rounds + 5):
            for name, one in (("few", small), ("many", large)):
                begin = time.perf_counter()
                swept = sweep(one.door)
                spent = time.perf_counter() - begin
                assert (swept.fired, swept.next_wake) == (0, begins), "nothing is due, and it knows when something is"
                if number >= 5:
                    times[name].append(spent)
    found = {name: statistics.median(each) for name, each in times.items()}
    told = {f"{name}_ms": round(value * 1e3, 3) for name, value in found.items()}
    return {"rows": many, **told, "ratio": round(found["many"] / found["few"], 2)}


def _fire(full: Place, due: int) -> dict[str, Any]:
    recorder, whole, bare = Recorder(full.door.database), list[float](), list[float]()
    since = time.perf_counter()

    def go_on() -> bool:
        # Asked before each delivery: what was sent since the last time belonged to the one before.
        nonlocal since
        spent = time.perf_counter() - since
        recorder.on = False
        statements, _, _ = recorder.take()
        begin = time.perf_counter()
        if statements:
            replay(full.bare, statements)
            whole.append(spent)
            bare.append(time.perf_counter() - begin)
        recorder.on = True
        since = time.perf_counter()
        return True

    recorder.on = True
    swept = sweep(full.door, go_on)
    go_on()
    recorder.on = False
    assert (swept.fired, swept.failed, swept.left) == (due, 0, 0)
    assert fired(full.door.database) == fired(full.bare) == due, "the copy must have had the same work"
    found = {"whole": statistics.median(whole[WARM:]), "bare": statistics.median(bare[WARM:])}
    told = {f"{name}_ms": round(value * 1e3, 3) for name, value in found.items()}
    return {"due": due, **told, "ratio": round(found["whole"] / found["bare"], 2)}
