"""The process part of a step alone, without any database: against stock SpiffWorkflow as its users run it."""

from __future__ import annotations

import gc
import statistics
import time
import tracemalloc
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

from bench._engine import drawings
from engine.process.bpmn import Advance, Bundle, Instance, Runtime, ServiceCall, parse_definition

NOW = datetime(2026, 3, 2, 1, 5, tzinfo=UTC)
LATE = 10
"""After this many of the thirteen completions the snapshot is weighed."""


def against_stock(rounds: int) -> dict[str, Any]:
    """Return the medians of a step hot and cold and of stock's (load, run to the next wait, save), and their ratios."""
    bundle, stock = _bundle(), _Stock()
    times: dict[str, list[float]] = {"hot": [], "cold": [], "stock": []}
    for _ in range(rounds):
        times["hot"] += _ours(bundle, hot=True)
        times["cold"] += _ours(bundle, hot=False)
        times["stock"] += stock.play()
    found = {name: statistics.median(each) for name, each in times.items()}
    return {
        **{f"{name}_us": round(value * 1e6, 1) for name, value in found.items()},
        "ratio": round(found["stock"] / found["hot"], 1),
        "cold_ratio": round(found["stock"] / found["cold"], 1),
    }


def snapshot() -> dict[str, int]:
    """Return how many bytes an instance takes late in the process of 15 tasks, and what stock writes there."""
    advance, stock = _at(_bundle(), LATE), _Stock()
    return {"bytes": len(advance.snapshot), "stock_bytes": stock.bytes_at(LATE)}


def memory(count: int) -> dict[str, int]:
    """Return how many bytes of memory an instance takes that is kept hot in the middle of the process."""
    bundle, runtime = _bundle(), Runtime(cache_size=count + 1)
    _at(bundle, 5, runtime, "warm")
    gc.collect()
    tracemalloc.start()
    for number in range(count):
        _at(bundle, 5, runtime, f"{number}")
    gc.collect()
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {"instances": count, "bytes_per_instance": used // count}


def _bundle() -> Bundle:
    return Bundle.of(parse_definition(drawings.fifteen()), {"called": parse_definition(drawings.called())})


def _no_service(wanted: ServiceCall) -> None:
    raise AssertionError(wanted.name)


def _ours(bundle: Bundle, *, hot: bool) -> list[float]:
    runtime = Runtime(cache_size=1 if hot else 0)
    advance, times = runtime.start(bundle, drawings.FACTS, now=NOW, call_service=_no_service), []
    for version in range(1, drawings.STEPS + 1):
        runtime.remember("k", version, advance)
        instance, task_no = Instance("k", version, advance.snapshot), advance.open_tasks[0].task_no
        begin = time.perf_counter()
        advance = runtime.complete(bundle, instance, task_no, {}, now=NOW, call_service=_no_service)
        times.append(time.perf_counter() - begin)
    assert advance.completed
    return times


def _at(bundle: Bundle, steps: int, runtime: Runtime | None = None, key: str = "k") -> Advance:
    """Return an instance after ``steps`` completions, kept hot by ``runtime``."""
    runtime = runtime or Runtime()
    advance = runtime.start(bundle, drawings.FACTS, now=NOW, call_service=_no_service)
    for version in range(1, steps + 1):
        instance = Instance(key, version, advance.snapshot)
        runtime.remember(key, version, advance)
        task_no = advance.open_tasks[0].task_no
        advance = runtime.complete(bundle, instance, task_no, {}, now=NOW, call_service=_no_service)
    runtime.remember(key, steps + 1, advance)
    return advance


class _Stock:
    """SpiffWorkflow as it comes, with its own JSON before and after every step."""

    def __init__(self) -> None:
        parser = BpmnParser()
        for xml in (drawings.fifteen(stock=True), drawings.called(stock=True)):
            parser.add_bpmn_str(xml)
        self._spec, self._inner = parser.get_spec("fifteen"), parser.get_subprocess_specs("fifteen")
        self._serializer = BpmnWorkflowSerializer()

    def play(self) -> list[float]:
        """Play one instance; return the seconds of every step, from the stored form to the next stored form."""
        stored, times, workflow = self._begun(), [], None
        for _ in range(drawings.STEPS):
            begin = time.perf_counter()
            workflow, stored = self._step(stored)
            times.append(time.perf_counter() - begin)
        assert workflow is not None and workflow.completed
        return times

    def bytes_at(self, steps: int) -> int:
        """Return how many bytes the stored form has after ``steps`` completions."""
        stored = self._begun()
        for _ in range(steps):
            _, stored = self._step(stored)
        return len(stored.encode())

    def _begun(self) -> str:
        workflow = BpmnWorkflow(self._spec, self._inner)
        workflow.task_tree.data.update(drawings.FACTS)
        workflow.do_engine_steps()
        return str(self._serializer.serialize_json(workflow))

    def _step(self, stored: str) -> tuple[Any, str]:
        workflow = self._serializer.deserialize_json(stored)
        task = workflow.get_tasks(state=TaskState.READY, manual=True)[0]
        for item in ("one", "two"):
            if item in task.data:
                task.data[f"{item}_out"] = "ok"
        task.run()
        workflow.do_engine_steps()
        return workflow, str(self._serializer.serialize_json(workflow))
