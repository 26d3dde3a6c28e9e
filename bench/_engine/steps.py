"""Whole steps at the door, against their own statements once more on the twin; loops and long lists."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from typing import Any

from bench._engine import drawings
from bench._engine.bare import Recorder, replay
from bench._engine.houses import Place
from engine.process.bpmn import Runtime


def durable(place: Place, cases: int) -> dict[str, Any]:
    """Return a step hot and cold, bare, and bare without going out together, side by side; and what it costs."""
    recorder, times = Recorder(place.door.database), defaultdict[str, list[float]](list)
    sent, trips, wal = [], [], defaultdict[str, list[int]](list)
    for number in range(cases + 1):
        (root,) = place.begin("fifteen", drawings.FACTS)
        cold = number % 2 == 1
        for _ in range(drawings.STEPS):
            task = place.first_open(root)
            if cold:
                place.door.part(Runtime).forget(root)
            before = _wal(place)
            recorder.on = True
            spent = _timed(partial(place.step, task))
            recorder.on = False
            between = _wal(place)
            statements, count, round_trips = recorder.take()
            bare = _timed(partial(replay, place.bare, statements))
            after = _wal(place)
            if number == 0:
                continue  # Everything is warm from the second case on.
            times["cold" if cold else "hot"].append(spent)
            times["bare"].append(bare)
            sent.append(count)
            trips.append(round_trips)
            wal["step"].append(between - before)
            wal["bare"].append(after - between)
    found = {name: statistics.median(each) for name, each in times.items()}
    return {
        "steps": len(times["bare"]),
        **{f"{name}_ms": round(value * 1e3, 3) for name, value in sorted(found.items())},
        "ratio_to_bare": round(found["hot"] / found["bare"], 2),
        "cold_ratio": round(found["cold"] / found["bare"], 2),
        "statements": round(statistics.mean(sent), 1),
        # BEGIN goes by itself, and so does COMMIT.
        "round_trips": round(statistics.mean(trips) + 2, 1),
        "wal_ratio": round(sum(wal["step"]) / max(1, sum(wal["bare"])), 2),
    }


def _timed(work: Callable[[], None]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _wal(place: Place) -> int:
    """Return how many bytes of log the whole PostgreSQL server has written so far; 0 on SQLite."""
    if place.dialect != "postgresql":
        return 0
    with place.bare.reading() as connection:
        return int(connection.exec_driver_sql("SELECT pg_current_wal_lsn() - '0/0'::pg_lsn").scalar_one())


def growth(place: Place, late: int) -> dict[str, Any]:
    """Return what step ``late`` of a rework loop takes against step 20: medians of the steps around each."""
    (root,) = place.begin("rework", {"reject": False})
    spent = []
    for _ in range(late + 10):
        task = place.first_open(root)
        spent.append(_timed(partial(place.step, task)))
    early, at_last = statistics.median(spent[10:30]), statistics.median(spent[-20:])
    return {"late_step": late, "ratio": round(at_last / early, 2)}


def long_list(place: Place, many: int) -> dict[str, Any]:
    """Return what ``many`` parallel children of one multi-instance take against a tenth of them ten times over."""
    few, begun = many // 10, []
    for count, size in ((1, many), (10, few)):
        roots = place.begin("several", {"first": [f"d{number}" for number in range(size)]}, count)
        spent = 0.0
        for root in roots:
            for _ in range(size):
                task = place.first_open(root)
                spent += _timed(partial(place.step, task))
        begun.append(spent)
    return {"children": many, "ratio": round(begun[0] / begun[1], 2)}
