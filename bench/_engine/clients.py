"""Eight clients at once: completions a second, against the same clients carrying out the bare statements."""

from __future__ import annotations

import multiprocessing
import time
from multiprocessing.synchronize import Barrier
from typing import Any

from bench._engine import drawings
from bench._engine.bare import Recorder, Statement, replay
from bench._engine.houses import Place

CLIENTS = 8


def measured(place: Place, cases: int) -> dict[str, Any]:
    """Return both rates and their share; each client is a process of its own with ``cases`` cases to complete."""
    roots = place.begin("fifteen", drawings.FACTS, CLIENTS * cases)
    place.door.database.close()
    place.bare.close()
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(CLIENTS), context.SimpleQueue()
    shares = [roots[number::CLIENTS] for number in range(CLIENTS)]
    people = [context.Process(target=_client, args=(place, mine, barrier, answers)) for mine in shares]
    for one in people:
        one.start()
    spent = [answers.get() for _ in people]
    for one in people:
        one.join()
    done = CLIENTS * cases * drawings.STEPS
    # All begin at the barrier: the slowest says how long the whole took.
    rates = {name: done / max(each[name] for each in spent) for name in ("steps", "bare")}
    return {
        "clients": CLIENTS,
        "steps_per_second": round(rates["steps"], 1),
        "bare_per_second": round(rates["bare"], 1),
        "share_of_bare": round(rates["steps"] / rates["bare"], 2),
    }


def _client(place: Place, roots: list[str], barrier: Barrier, answers: Any) -> None:
    recorder, told = Recorder(place.door.database), list[tuple[str, list[Statement]]]()
    barrier.wait()
    begin = time.perf_counter()
    for root in roots:
        for _ in range(drawings.STEPS):
            task = place.first_open(root)
            recorder.on = True
            place.step(task)
            recorder.on = False
            told.append((root, recorder.take()[0]))
    spent = {"steps": time.perf_counter() - begin}
    barrier.wait()
    begin = time.perf_counter()
    for root, statements in told:
        place.first_open(root, bare=True)  # Whoever completes a task has looked at it first, here as there.
        replay(place.bare, statements)
    spent["bare"] = time.perf_counter() - begin
    answers.put(spent)
