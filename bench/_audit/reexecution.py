"""重新执行一条与不用数据库的热态一步之比：逐件交替，取各轮的中位数，只计本进程的时间。

An event is a line that moved the process: reading the journal, the other lines between, clocks, pins and words are all
in what it takes.  The step it is held against is the same completion of the same cases by a runtime that has the
instance in memory, from the stored form to the next stored form.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping
from typing import Any

from bench._engine import drawings
from bench._engine.houses import Place
from engine.foundation.journal.queries import Line
from engine.oversight.audit.reexecution.rules import IDENTICAL
from engine.oversight.audit.reexecution.walking import Reexecution
from engine.oversight.audit.replay import process_lines
from engine.process.bpmn import Bundle, Instance, Runtime, ServiceCall
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import release_at
from engine.registry.identity.rules import SYSTEM


def measured(made: Place, cases: int, rounds: int) -> dict[str, Any]:
    """Carry cases to their end, execute them again, and play the same steps hot; return times of each and the ratio."""
    roots = made.begin("fifteen", drawings.FACTS, cases)
    for root in roots:
        for _ in range(drawings.STEPS):
            made.step(made.first_open(root))
    again, hot, events, whole = [], [], 0, 0
    with made.door.read(SYSTEM) as view:
        lines = {root: process_lines(view.connection, root) for root in roots}
        release = release_at(view.connection, made.releases["fifteen"])
        bundle = view.part(Bundles).of(view.connection, release)
        everything = Reexecution(view.connection, view.part(Bundles))
        everything.of(roots[0])  # Definitions are parsed and the house is read: it is done once for many cases.
        for _ in range(rounds):
            spent, played, events, whole = 0.0, 0.0, 0, 0
            for root in roots:
                begin = time.process_time()
                verdict = everything.of(root)
                spent += time.process_time() - begin
                assert verdict.outcome == IDENTICAL, verdict.sentence
                events, whole = events + len(lines[root]), whole + verdict.lines
                played += _hot(bundle, lines[root])
            again.append(spent / events)
            hot.append(played / (events - len(roots)))
    ratios = [one / other for one, other in zip(again, hot, strict=True)]
    return {
        "events": events,
        "lines": whole,
        "event_us": round(statistics.median(again) * 1e6, 1),
        "line_us": round(statistics.median(again) * events / whole * 1e6, 1),
        "hot_step_us": round(statistics.median(hot) * 1e6, 1),
        "ratio": round(statistics.median(ratios), 2),
    }


def _hot(bundle: Bundle, lines: list[Line]) -> float:
    """Play the steps of one case on a hot instance; return what the completions took, without the start."""
    runtime, spent = Runtime(cache_size=1), 0.0
    first, *steps = lines
    advance = runtime.start(bundle, first.data["facts"], now=first.at, call_service=_no_service)
    for version, line in enumerate(steps, 1):
        runtime.remember("k", version, advance)
        instance = Instance("k", version, advance.snapshot)
        task_no, facts = line.data["task_no"], line.data["facts"]
        begin = time.process_time()
        advance = runtime.complete(bundle, instance, task_no, facts, now=line.at, call_service=_no_service)
        spent += time.process_time() - begin
    return spent


def _no_service(wanted: ServiceCall) -> Mapping[str, Any]:
    raise AssertionError(wanted.name)
