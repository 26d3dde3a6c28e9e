"""Two hosts that deliver over one PostgreSQL server against one host, in turns over the same ten thousand cases."""

from __future__ import annotations

import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from bench._deadlines._due import cases_due, fired
from bench._engine.houses import MORNING, Place, place, postgres_server
from deadlines.runner.sweeper import sweep
from engine.door import Door
from engine.foundation.clock import FixedClock
from engine.process.bpmn import Runtime
from yichuang.compose import compose

PATIENCE = 3_600.0
WARM = 10
"""So many does each host deliver before it counts."""


def measure(*, quick: bool) -> dict[str, Any]:
    """Return how many deliveries a second one host does and two hosts do together, and their ratio."""
    due, turns = (180, 4) if quick else (10_000, 10)
    with (
        tempfile.TemporaryDirectory() as folder,
        postgres_server() as postgres,
        place("postgresql", Path(folder), postgres, cases_due(due)) as full,
    ):
        rates = _in_turns(full, due, turns)
        assert fired(full.door.database) == due, "every case must have been delivered"
    found = {hosts: statistics.median(each) for hosts, each in rates.items()}
    return {
        "due": due,
        **{f"{name}_per_second": round(found[hosts], 1) for name, hosts in (("one", 1), ("two", 2))},
        "ratio": round(found[2] / found[1], 2),
    }


def _in_turns(full: Place, due: int, turns: int) -> dict[int, list[float]]:
    """Let one host deliver a share, then two hosts half of the next share each, and so on."""
    share = (due - 2 * WARM) // turns
    full.door.database.close()
    full.bare.close()
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(3), context.SimpleQueue()
    people = [context.Process(target=_host, args=(full, number, turns, share, barrier, answers)) for number in (0, 1)]
    for one in people:
        one.start()
    rates: dict[int, list[float]] = {1: [], 2: []}
    _turn(barrier, answers)
    for turn in range(turns):
        rates[1 + turn % 2].append(share / _turn(barrier, answers))
    for one in people:
        one.join()
    return rates


def _turn(barrier: Barrier, answers: Any) -> float:
    """Let both hosts begin; return how long the slower one took."""
    barrier.wait(PATIENCE)
    return float(max(answers.get() for _ in (0, 1)))


def _host(full: Place, number: int, turns: int, share: int, barrier: Barrier, answers: Any) -> None:
    # No two hosts have one instant, and the instant is in the key under which a delivery is known.
    door = compose(full.settings, clock=FixedClock(MORNING + timedelta(seconds=number)))
    delivered = _counted(door)
    done = 0
    for part in (WARM, *_parts(number, turns, share)):
        done += part
        barrier.wait(PATIENCE)
        begin = time.perf_counter()
        _deliver(door, delivered, done)
        answers.put(time.perf_counter() - begin)
    door.database.close()


def _parts(number: int, turns: int, share: int) -> list[int]:
    """Return how many a host delivers in each turn: by turns the first one all of them, and each of the two half."""
    alone = share if number == 0 else 0
    return [alone if turn % 2 == 0 else share // 2 for turn in range(turns)]


def _deliver(door: Door, delivered: Callable[[], int], done: int) -> None:
    """Deliver until this host has ``done`` so many in all; what another has in hand is looked for again."""
    while delivered() < done:
        sweep(door, lambda: delivered() < done)


def _counted(door: Door) -> Callable[[], int]:
    """Count what comes of the door's commands: how many deliveries were its own."""
    execute, count = door.execute, [0]
    door.part(Runtime)._hot._size = 0

    def counting(*words: Any, **named: Any) -> Any:
        outcome = execute(*words, **named)
        count[0] += bool(outcome.get("fired"))
        return outcome

    door.execute = counting  # type: ignore[method-assign]  # only this bench's own door
    return lambda: count[0]
