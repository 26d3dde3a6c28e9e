"""Moving the process of a case: load, run, and write down everything that follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.bpmn import Advance, Instance, Runtime, ServiceCall
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import Release, release_at
from engine.process.tasks import queries
from engine.process.tasks.registry import Bindings

STARTED = tag("process.started", "流程启动")
ADVANCED = tag("process.advanced", "流程推进")


def start(unit: Unit, root_id: str, release: Release, department: str, facts: Mapping[str, Any]) -> Advance:
    """Start the release's main process for a case handled by ``department`` (key), with the routing ``facts``."""
    bundle = unit.part(Bundles).of(unit.connection, release)
    advance = unit.part(Runtime).start(bundle, facts, now=unit.now, call_service=_caller(unit, root_id))
    row = queries.InstanceRow(root_id, release.id, department, 0, b"", "", False)
    _write_down(unit, row, advance, STARTED, {"release": release.id, "facts": dict(facts)})
    return advance


def complete(unit: Unit, root_id: str, task_no: int, facts: Mapping[str, Any]) -> Advance:
    """Complete user task ``task_no`` with the routing ``facts`` its act has set."""
    return _move(
        unit, root_id, {"how": "complete", "task_no": task_no, "facts": dict(facts)},
        lambda runtime, bundle, instance, call: runtime.complete(
            bundle, instance, task_no, facts, now=unit.now, call_service=call
        ),
    )  # fmt: skip


def fire_clock(unit: Unit, root_id: str, clock: str) -> Advance:
    """Deliver the clock boundary ``clock`` (its deadline row has come due)."""
    return _move(
        unit, root_id, {"how": "clock", "clock": clock},
        lambda runtime, bundle, instance, call: runtime.fire_clock(
            bundle, instance, clock, now=unit.now, call_service=call
        ),
    )  # fmt: skip


Run = Callable[[Runtime, Any, Instance, Callable[[ServiceCall], Mapping[str, Any] | None]], Advance]


def _move(unit: Unit, root_id: str, cause: Mapping[str, Any], run: Run) -> Advance:
    row = queries.instance_of(unit.connection, root_id)
    if row is None:
        raise LookupError(f"{root_id} has no process")
    bundle = unit.part(Bundles).of(unit.connection, release_at(unit.connection, row.release_id))
    instance = Instance(key=root_id, version=row.version, snapshot=row.snapshot)
    advance = run(unit.part(Runtime), bundle, instance, _caller(unit, root_id))
    _write_down(unit, row, advance, ADVANCED, cause)
    return advance


def _caller(unit: Unit, root_id: str) -> Callable[[ServiceCall], Mapping[str, Any] | None]:
    services = unit.part(Bindings).services

    def call(wanted: ServiceCall) -> Mapping[str, Any] | None:
        return services[wanted.name].call(unit, root_id, **wanted.parameters)

    return call


def _write_down(unit: Unit, row: queries.InstanceRow, advance: Advance, event: str, cause: Mapping[str, Any]) -> None:
    version = row.version + 1
    queries.put_instance(
        unit,
        queries.InstanceRow(
            row.root_id,
            row.release_id,
            row.department,
            version,
            advance.snapshot,
            advance.state_hash,
            advance.completed,
        ),
    )
    completed = cause.get("task_no")
    for task_no in advance.closed:
        queries.close_task(unit, row.root_id, task_no, "completed" if task_no == completed else "cancelled")
    queries.open_tasks(unit, row.root_id, row.department, advance.opened)
    queries.add_steps(unit, row.root_id, advance.passed)
    unit.record(event, row.root_id, **cause, **_entered(advance))
    unit.after_commit.append(lambda: unit.part(Runtime).remember(row.root_id, version, advance))


def _entered(advance: Advance) -> Mapping[str, Any]:
    """Everything a re-execution needs besides the cause: service results, and the state it must reach."""
    return {
        "state_hash": advance.state_hash,
        "services": [
            {"element": one.element_id, "name": one.name, "parameters": one.parameters, "result": one.result}
            for one in advance.services
        ],
        "opened": [one.element_id for one in advance.opened],
        "passed": [one.element_id for one in advance.passed],
        "ends": list(advance.ends),
    }
