"""Moving the processes of a root: load, run, and write down everything that follows from it.

A root may have several runs: run 0 is the release's main process; a small process beside it (an extension, the
review of a rejection) is a further run of the same release, and so is the main process begun anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.foundation.errors import Conflict
from engine.foundation.journal.tags import tag
from engine.foundation.store.unit import Unit
from engine.process.bpmn import (
    Advance,
    Bundle,
    ClockNotArmed,
    Instance,
    MessageNotAwaited,
    Runtime,
    ServiceCall,
)
from engine.process.bpmn.decisions import Step
from engine.process.bpmn.releases.bundles import Bundles
from engine.process.bpmn.releases.queries import Release
from engine.process.tasks import queries
from engine.process.tasks.advancing.queries import add_steps, close_task, open_tasks, put_instance, run_of
from engine.process.tasks.awaited.queries import keep_awaited
from engine.process.tasks.registry import Bindings
from engine.process.tasks.rules import InstanceRow, Task
from engine.process.tasks.stages import follow
from engine.process.tasks.timers.queries import keep_timers

STARTED = tag("process.started", "流程启动")
ADVANCED = tag("process.advanced", "流程推进")

MAX_RINGS = 1_000
"""Most timers that ring in one act; its line says so, for another number would let the process stand elsewhere."""


class NotInRelease(Conflict):
    """本件固定的流程版本没有“{process}”这一流程，不能这样办理。请联系流程设计师发布后，对新收的办件使用。"""

    code = "PROCESS_NOT_IN_RELEASE"


class StillRunning(Conflict):
    """本件的“{process}”还在进行，不能再次启动。请先办完正在进行的环节。"""

    code = "PROCESS_STILL_RUNNING"


def start(unit: Unit, root_id: str, release: Release, department: str, facts: Mapping[str, Any]) -> Advance:
    """Start the release's main process for a case handled by ``department`` (key), with the routing ``facts``."""
    return _start(unit, InstanceRow(root_id, 0, release.main, release.id, department, 0, b"", "", False), facts)


def start_beside(
    unit: Unit, root_id: str, process: str, facts: Mapping[str, Any], *, several: bool = False
) -> Advance:  # fmt: skip
    """Start ``process`` of the case's own release beside its main process.

    Raises :class:`NotInRelease`, and :class:`StillRunning` while an earlier run of the same process goes on, unless
    ``several`` may.
    """
    runs = queries.instances_of(unit.connection, root_id)
    # The main run that counts may have moved to another release since the first one was started.
    release = unit.part(Bundles).release(unit.connection, (queries.main_run(runs) or runs[0]).release_id)
    if process not in release.processes:
        raise NotInRelease(process=process)
    if not several and any(row.process == process and not row.completed for row in runs):
        raise StillRunning(process=process)
    row = InstanceRow(root_id, len(runs), process, release.id, runs[0].department, 0, b"", "", False)
    return _start(unit, row, facts)


def start_anew(unit: Unit, root_id: str, facts: Mapping[str, Any]) -> Advance:
    """Begin the main process of the case's release once more: its last run has ended, and wrongly.

    Raises :class:`StillRunning` while it has not.
    """
    main = queries.instances_of(unit.connection, root_id)[0].process
    return start_beside(unit, root_id, main, facts)


def complete(unit: Unit, task: Task, facts: Mapping[str, Any], *, take: bool = False) -> Advance:
    """Complete a user task with the routing ``facts`` its act has set; with ``take`` the actor takes it first."""
    return move(
        unit, run_of(unit, task.root_id, task.run), {"how": "complete", "task_no": task.task_no, "facts": dict(facts)},
        lambda runtime, bundle, instance, call: runtime.complete(
            bundle, instance, task.task_no, facts, now=unit.now, call_service=call
        ),
        taken=take,
    )  # fmt: skip


def fire_clock(unit: Unit, root_id: str, clock: str) -> Advance:
    """Deliver the clock boundary ``clock`` (its deadline row has come due) to the run that waits for it.

    Raises :class:`ClockNotArmed` when none does.
    """
    return _first(
        unit, root_id, {"how": "clock", "clock": clock}, ClockNotArmed(clock=clock),
        lambda runtime, bundle, instance, call: runtime.fire_clock(
            bundle, instance, clock, now=unit.now, call_service=call
        ),
    )  # fmt: skip


def fire_timers(unit: Unit, root_id: str, run: int) -> Advance:
    """Let every plain timer of a run ring that is due; raise :class:`TimerNotDue` when none is."""
    return move(
        unit, run_of(unit, root_id, run), {"how": "timer", "most": MAX_RINGS},
        lambda runtime, bundle, instance, call: runtime.fire_timers(
            bundle, instance, now=unit.now, call_service=call, most=MAX_RINGS
        ),
    )  # fmt: skip


def deliver(
    unit: Unit, root_id: str, message: str, facts: Mapping[str, Any], *, key: str | None = None
) -> Advance:
    """Deliver a message with its ``facts`` to the run that waits for it under this business ``key`` (None: without).

    Raises :class:`MessageNotAwaited` when none does: the case stands elsewhere.
    """
    # Without a key the line is what it has always been.
    cause = {"how": "message", "message": message, "facts": dict(facts), **({} if key is None else {"key": key})}
    return _first(
        unit, root_id, cause, MessageNotAwaited(message=message),
        lambda runtime, bundle, instance, call: runtime.deliver(
            bundle, instance, message, facts, now=unit.now, call_service=call, key=key
        ),
    )  # fmt: skip


def cancel_beside(unit: Unit, root_id: str, process: str | None = None) -> None:
    """End the small process beside the case, each of them when None: the case itself has no use for it any more."""
    runs = queries.instances_of(unit.connection, root_id)
    for row in runs[1:]:
        if not row.completed and row.process != runs[0].process and process in (None, row.process):
            move(
                unit, row, {"how": "cancel"},
                lambda runtime, bundle, instance, call: runtime.cancel(
                    bundle, instance, now=unit.now, call_service=call
                ),
            )  # fmt: skip


Run = Callable[[Runtime, Any, Instance, Callable[[ServiceCall], Mapping[str, Any] | None]], Advance]


def key_of(row: InstanceRow) -> str:
    """Return the name under which the runtime remembers a run."""
    return row.root_id if row.run == 0 else f"{row.root_id}#{row.run}"


def _start(unit: Unit, row: InstanceRow, facts: Mapping[str, Any]) -> Advance:
    bundle = _bundle(unit, row)
    advance = unit.part(Runtime).start(bundle, facts, now=unit.now, call_service=_caller(unit, row.root_id))
    cause = {"run": row.run, "process": row.process, "release": row.release_id, "facts": dict(facts)}
    _write_down(unit, row, bundle, advance, STARTED, cause)
    return advance


def _first(unit: Unit, root_id: str, cause: Mapping[str, Any], otherwise: Conflict, run: Run) -> Advance:
    """Move the first run that is waiting for it; raise ``otherwise`` when none is."""
    for row in queries.instances_of(unit.connection, root_id):
        if not row.completed:
            try:
                return move(unit, row, cause, run)
            except type(otherwise):
                continue
    raise otherwise


def _bundle(unit: Unit, row: InstanceRow) -> Bundle:
    bundles = unit.part(Bundles)
    return bundles.of(unit.connection, bundles.release(unit.connection, row.release_id), row.process)


def move(
    unit: Unit, row: InstanceRow, cause: Mapping[str, Any], run: Run, *, event: str = ADVANCED, taken: bool = False
) -> Advance:
    """Move one run and write down what follows; ``cause`` says in the journal's ``event`` how to do it again."""
    bundle = _bundle(unit, row)
    instance = Instance(key=key_of(row), version=row.version, snapshot=row.snapshot)
    advance = run(unit.part(Runtime), bundle, instance, _caller(unit, row.root_id))
    _write_down(unit, row, bundle, advance, event, {"run": row.run, **cause}, taken=taken)
    return advance


def _caller(unit: Unit, root_id: str) -> Callable[[ServiceCall], Mapping[str, Any] | None]:
    services = unit.part(Bindings).services

    def call(wanted: ServiceCall) -> Mapping[str, Any] | None:
        return services[wanted.name].call(unit, root_id, **wanted.parameters)

    return call


def _write_down(
    unit: Unit,
    row: InstanceRow,
    bundle: Bundle,
    advance: Advance,
    event: str,
    cause: Mapping[str, Any],
    *,
    taken: bool = False,
) -> None:
    moved = InstanceRow(
        row.root_id, row.run, row.process, row.release_id, row.department, row.version + 1,
        advance.snapshot, advance.state_hash, advance.completed,
    )  # fmt: skip
    put_instance(unit, moved)
    completed = cause.get("task_no")
    for task_no in advance.closed:
        mine = task_no == completed
        close_task(unit, row, task_no, "completed" if mine else "cancelled", take=mine and taken)
    open_tasks(unit, row, advance.opened)
    add_steps(unit, row.root_id, row.run, advance.passed)
    keep_timers(unit, row.root_id, row.run, advance.timers_gone, advance.timers_set)
    keep_awaited(unit, row.root_id, row.run, advance.awaited_gone, advance.awaited_set)
    unit.record(event, row.root_id, **cause, **entered(advance))
    if bundle.stages:
        release = unit.part(Bundles).release(unit.connection, row.release_id)
        follow(unit, row, bundle, release.item, advance)
    unit.after_commit.append(lambda: unit.part(Runtime).remember(key_of(moved), moved.version, advance))


def entered(advance: Advance) -> Mapping[str, Any]:
    """Everything a re-execution needs besides the cause: service results, and the state it must reach."""
    return {
        "state_hash": advance.state_hash,
        "services": [
            {
                "element": one.element_id,
                "name": one.name,
                "parameters": {name: _kept(value) for name, value in one.parameters.items()},
                "result": one.result,
            }
            for one in advance.services
        ],
        "opened": [one.element_id for one in advance.opened],
        "passed": [one.element_id for one in advance.passed],
        "ends": list(advance.ends),
        **told_decisions(advance),
    }


def told_decisions(advance: Advance) -> Mapping[str, Any]:
    """Return what the journal keeps of the decisions of an advance; nothing, when there were none."""
    made = [
        {
            "element": one.element_id,
            "decision": one.decision_id,
            "digest": one.digest,
            **_step(one.steps[-1]),
            "required": [{"decision": step.decision_id, **_step(step)} for step in one.steps[:-1]],
        }
        for one in advance.decisions
    ]
    return {"decisions": made} if made else {}


def _step(step: Step) -> Mapping[str, Any]:
    return {
        "inputs": [{"expression": text, "value": _kept(value)} for text, value in step.inputs],
        "rules": list(step.rules),
        "outputs": [{"name": name, "value": _kept(value)} for name, value in step.outputs.items()],
    }


def _kept(value: Any) -> Any:
    """Return a value as a line may hold it: a fraction as text; an empty one is left out by the line itself."""
    if isinstance(value, float):
        return repr(value)
    return [_kept(each) for each in value] if isinstance(value, list) else value
